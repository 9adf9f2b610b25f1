"""The router: deadlines, pairing and sending. It keeps nothing that the tables do not have."""
