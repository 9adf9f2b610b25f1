"""What was sent and received, numbered, for tests to read and replay."""

from __future__ import annotations

from collections import deque
from typing import Any

KEPT = 10_000


class Journal:
    """The last rows, each with `n`, which only ever grows."""

    def __init__(self) -> None:
        self._rows: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._n = 0

    def add(self, row: dict[str, Any]) -> None:
        self._n += 1
        self._rows.append({"n": self._n} | row)

    @property
    def last(self) -> int:
        """The number of the newest row ever added."""
        return self._n

    def since(self, n: int) -> list[dict[str, Any]]:
        """The rows after row `n`, oldest first."""
        return [row for row in self._rows if row["n"] > n]

    def clear(self) -> None:
        """Forget the rows; the numbering goes on."""
        self._rows.clear()
