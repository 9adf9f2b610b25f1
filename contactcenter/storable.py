"""JSON that every database keeps and every answer can repeat."""

import re
from typing import Any

DEEPEST = 32  # levels of a body; Vonage's own have eight
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database keeps these
UNSAYABLE = re.compile("[\ud800-\udfff]")  # nor can any answer repeat these


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
