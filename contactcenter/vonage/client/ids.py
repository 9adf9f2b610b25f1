"""Ids that Vonage gave us, before they become part of an address."""

import re

# Legs of incoming phone calls have no dashes, so this is wider than a UUID.
ID = re.compile(r"[A-Za-z0-9-]{1,64}")


def checked(value: str) -> str:
    """The id itself. ValueError for what could lead to another address."""
    if not ID.fullmatch(value):
        raise ValueError("An id of Vonage's holds 1 to 64 letters, digits and dashes.")
    return value
