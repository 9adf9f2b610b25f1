"""All open consoles of this process, told together: one look at the tables for all of them."""

import asyncio
import logging
from collections.abc import Callable
from contextvars import Context
from typing import Any, Protocol

from channels.db import database_sync_to_async
from django.utils import timezone
from uvicorn.protocols.utils import ClientDisconnected

from calls import broadcast, selectors
from calls.broadcast import Hint

logger = logging.getLogger(__name__)
PATIENCE = 1.0  # seconds that one console may keep all others waiting


class Console(Protocol):
    agent_id: int
    queue_ids: frozenset[int]

    async def show(self, *, agent: dict[str, Any] | None, queues: list[dict[str, Any]]) -> None:
        """Send what is new of this to the browser."""


class Hub:
    """Collects hints while it works, so that many changes cost one look and one frame."""

    def __init__(self) -> None:
        self._consoles: set[Console] = set()
        self._pending: Hint | None = None
        self._working: asyncio.Task[None] | None = None
        self._unlisten: Callable[[], object] | None = None

    def add(self, console: Console) -> None:
        if self._unlisten is None:
            self._unlisten = broadcast.listen(self._hear_in(asyncio.get_running_loop()))
        self._consoles.add(console)

    def remove(self, console: Console) -> None:
        self._consoles.discard(console)
        if not self._consoles and self._unlisten:
            self._unlisten()
            self._unlisten = None

    def _hear_in(self, loop: asyncio.AbstractEventLoop) -> Callable[[Hint], None]:
        def hear(hint: Hint) -> None:
            # An empty context: a request's own carries the thread that ends with the request.
            loop.call_soon_threadsafe(self._note, hint, context=Context())

        return hear

    def _note(self, hint: Hint) -> None:
        self._pending = hint if self._pending is None else self._pending | hint
        if self._working is None or self._working.done():
            self._working = asyncio.ensure_future(self._work())

    async def _work(self) -> None:
        while (hint := self._pending) is not None:
            self._pending = None
            try:
                await self._tell(hint)
            except Exception:
                # A console that was not told sees the difference at its next heartbeat.
                logger.exception("consoles were not told")

    async def _tell(self, hint: Hint) -> None:
        touched = [
            console
            for console in self._consoles
            if console.agent_id in hint.agents or console.queue_ids & hint.queues
        ]
        if not touched:
            return
        agents = {console.agent_id for console in touched} & hint.agents
        pictures = await database_sync_to_async(selectors.pictures)(
            agent_ids=agents, queue_ids=hint.queues, now=timezone.now()
        )
        await asyncio.gather(*(self._show(console, pictures) for console in touched))

    async def _show(self, console: Console, pictures: selectors.Pictures) -> None:
        """Tell one console. One that went away, or does not read, is left out until it beats."""
        try:
            async with asyncio.timeout(PATIENCE):
                await console.show(
                    agent=pictures.agents.get(console.agent_id),
                    queues=[row for row in pictures.queues if row["id"] in console.queue_ids],
                )
        except (ClientDisconnected, ConnectionError, TimeoutError):
            self.remove(console)


hub = Hub()
