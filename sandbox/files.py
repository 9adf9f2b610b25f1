"""The files this platform keeps for its customers: recordings."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

MOST_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class File:
    """Only its application may have it."""

    application_id: str
    content: bytes
    content_type: str


class Files:
    """Files by id; the oldest go when there are too many bytes of them."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._files: dict[str, File] = {}
        self._left = most_bytes

    def add(self, file: File) -> str:
        """Keep it; its id."""
        identity = str(uuid4())
        self._files[identity] = file
        self._left -= len(file.content)
        while self._left < 0 and len(self._files) > 1:
            self._drop(next(iter(self._files)))
        return identity

    def get(self, identity: str) -> File | None:
        return self._files.get(identity)

    def clear(self) -> None:
        for identity in list(self._files):
            self._drop(identity)

    def _drop(self, identity: str) -> None:
        self._left += len(self._files.pop(identity).content)
