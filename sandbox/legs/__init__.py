"""Legs and the conversations they are in."""
