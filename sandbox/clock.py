"""Time, as one object, so that a test can make timers short."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime


class Clock:
    """The wall clock, and timers that run `speed` times as fast as they say."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed

    def now(self) -> datetime:
        """This moment, in UTC."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """A monotonic reading in seconds, for measuring how long something took."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait; a fast clock waits less."""
        await asyncio.sleep(seconds / self.speed)

    def timeout(self, seconds: float) -> asyncio.Timeout:
        """`asyncio.timeout` on this clock."""
        return asyncio.timeout(seconds / self.speed)


def stamp(moment: datetime) -> str:
    """ISO 8601 as Vonage writes it: UTC, milliseconds, `Z`."""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
    )


def stamp_seconds(moment: datetime) -> str:
    """The same without a fraction, as recordings have it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def milliseconds(moment: datetime) -> int:
    """Milliseconds since the epoch."""
    return int(moment.timestamp() * 1000)
