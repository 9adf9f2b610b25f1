"""Telling many sockets: a few side by side, so that one that does not read keeps few waiting.

A task or a timer for each socket would cost more than what it is told.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Iterator
from itertools import islice
from typing import Any, Generic, TypeVar

from uvicorn.protocols.utils import ClientDisconnected

logger = logging.getLogger(__name__)
LANES = 16
PATIENCE = 1.0  # seconds that one socket may keep its lane waiting, at most twice as many

S = TypeVar("S")
Telling = tuple[S, Coroutine[Any, Any, None]]
LeftOut = Callable[[S], None]


async def tell(tellings: Iterable[Telling[S]], *, left_out: LeftOut[S]) -> None:
    """Run each; `left_out` is called with every socket that has gone, or does not read."""
    queue = iter(tellings)
    lanes = [Lane(one, queue, left_out) for one in islice(queue, LANES)]
    running = {asyncio.create_task(lane.run()): lane for lane in lanes}
    while running:
        done, _ = await asyncio.wait(running, timeout=PATIENCE)
        for task in done:
            del running[task]
            task.result()  # what went wrong with a lane itself
        for task, lane in running.items():
            lane.watch(task)


class Lane(Generic[S]):
    """Sockets that are told one after the other."""

    def __init__(
        self, first: Telling[S], queue: Iterator[Telling[S]], left_out: LeftOut[S]
    ) -> None:
        self._telling: Telling[S] | None = first
        self._queue, self._left_out = queue, left_out
        self.told = 0
        self._seen = -1  # how many were told when it was last watched
        self._skips = False

    def watch(self, task: asyncio.Task[None]) -> None:
        """Give up a socket that was being told already at the last time."""
        if self._seen == self.told:
            self._skips = True
            task.cancel()
        self._seen = self.told

    async def run(self) -> None:
        while self._telling is not None:
            socket, told = self._telling
            try:
                await told
            except (ClientDisconnected, ConnectionError):
                self._left_out(socket)
            except asyncio.CancelledError:
                if not self._skips:
                    raise
                self._skips = False
                self._left_out(socket)
            except Exception:
                logger.exception("a socket was not told")
                self._left_out(socket)
            self.told += 1
            self._telling = next(self._queue, None)
