"""JSON that every database keeps and every answer can repeat; and lines of text."""

import re
from typing import Any

DEEPEST = 32  # levels of a body; Vonage's own have eight
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database keeps these
NO_BREAK = str.maketrans("\u00a0\u202f", "  ")  # as numbers have them that come from a page
UNSAYABLE = re.compile("[\ud800-\udfff]")  # nor can any answer repeat these


def line_of(value: object, *, longest: int) -> str | None:
    """A text of one line and at most so many characters, or None: it is none."""
    text = value.translate(NO_BREAK) if isinstance(value, str) else "\n"
    return text if len(text) <= longest and text.isprintable() else None


def is_storable(payload: Any, *, without: re.Pattern[str] = UNSTORABLE) -> bool:
    """It has no such character in any text, and no endless depth."""
    layer: list[Any] = [payload]
    for _ in range(DEEPEST):
        inner: list[Any] = []
        for value in layer:
            if isinstance(value, dict):
                inner += [*value.keys(), *value.values()]
            elif isinstance(value, list):
                inner += value
            elif isinstance(value, str) and without.search(value):
                return False
        if not inner:
            return True
        layer = inner
    return False
