"""The account: its applications, users and numbers."""
