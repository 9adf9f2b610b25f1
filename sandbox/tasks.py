"""Background work that belongs to something and ends with it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

logger = logging.getLogger(__name__)


class Tasks:
    """A set of running tasks: kept alive while they run, logged when they fail."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start `work` now; the task is forgotten when it ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def cancel(self) -> None:
        """Stop everything, except the task that calls this."""
        for task in self._running - {asyncio.current_task()}:
            task.cancel()

    async def settle(self) -> None:
        """Stop everything and wait until it has stopped."""
        self.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def wait(self, seconds: float) -> None:
        """Wait until nothing runs, at most so long."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self._running and (left := deadline - loop.time()) > 0:
            await asyncio.wait(set(self._running), timeout=left)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("A task of %s failed.", self.name, exc_info=error)
