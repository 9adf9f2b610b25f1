"""All open consoles of this process, told together: one look at the tables for all of them."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from contextvars import Context
from dataclasses import replace
from time import monotonic
from typing import Any, Protocol

from channels.db import database_sync_to_async
from django.utils import timezone
from uvicorn.protocols.utils import ClientDisconnected

from calls import broadcast, selectors
from calls.broadcast import Hint
from calls.selectors import Circle, Pictures

logger = logging.getLogger(__name__)
PATIENCE = 1.0  # seconds that one console may keep all others waiting
LOOK_EVERY = 4.0  # seconds between looks at everything; less than between two heartbeats
MOST_OF_ONE_AGENT = 5
TOO_MANY = 4429


class Console(Protocol):
    agent_id: int
    circle: Circle

    async def show(self, news: Pictures) -> None:
        """Send what is new of this to the browser."""

    async def draw(self) -> None:
        """Send everything anew, for the circle is another one."""

    async def leave(self, code: int) -> None:
        """Close, and be removed."""


class Hub:
    """Collects hints while it works, so that many changes cost one look and one frame."""

    def __init__(self) -> None:
        self._consoles: dict[Console, None] = {}  # the oldest first
        self._people: dict[int, tuple[object, ...]] = {}  # as the consoles were last told of them
        self._pending: Hint | None = None
        self._look_asked = False
        self._looked_at = -LOOK_EVERY
        self._working: asyncio.Task[None] | None = None
        self._unlisten: Callable[[], object] | None = None

    async def add(self, console: Console) -> bool:
        """Tell this console from now on. True when it was not told until now."""
        if console in self._consoles:
            return False
        if self._unlisten is None:
            self._unlisten = broadcast.listen(self._hear_in(asyncio.get_running_loop()))
        self._consoles[console] = None
        same = [one for one in self._consoles if one.agent_id == console.agent_id]
        for oldest in same[:-MOST_OF_ONE_AGENT]:
            await self._guarded(oldest, oldest.leave(TOO_MANY))
        return True

    def remove(self, console: Console) -> None:
        self._consoles.pop(console, None)
        if not self._consoles and self._unlisten:
            self._unlisten()
            self._unlisten = None
            self._people.clear()
            self._looked_at = -LOOK_EVERY

    def know(self, picture: Pictures) -> None:
        """These people are shown somewhere; what differs from it is told to all."""
        for agent_id, row in picture.people.items():
            self._people.setdefault(agent_id, _mark(row))

    def look(self) -> None:
        """Compare all consoles with the tables, unless that was done just now."""
        if monotonic() - self._looked_at >= LOOK_EVERY:
            self._looked_at = monotonic()
            self._look_asked = True
            self._begin()

    def _hear_in(self, loop: asyncio.AbstractEventLoop) -> Callable[[Hint], None]:
        def hear(hint: Hint) -> None:
            # An empty context: a request's own carries the thread that ends with the request.
            loop.call_soon_threadsafe(self._note, hint, context=Context())

        return hear

    def _note(self, hint: Hint) -> None:
        self._pending = hint if self._pending is None else self._pending | hint
        self._begin()

    def _begin(self) -> None:
        if self._working is None or self._working.done():
            self._working = asyncio.ensure_future(self._work())

    async def _work(self) -> None:
        while self._pending is not None or self._look_asked:
            hint, self._pending = self._pending, None
            whole, self._look_asked = self._look_asked, False
            try:
                await (self._compare() if whole or hint is None else self._tell(hint))
            except Exception:
                # A console that was not told sees the difference at a later look.
                logger.exception("consoles were not told")

    async def _tell(self, hint: Hint) -> None:
        consoles = list(self._consoles)
        news = await _read(
            selectors.news,
            agents=hint.agents,
            queues=hint.queues,
            shown_to={console.agent_id for console in consoles},
            circle=_together(console.circle for console in consoles),
        )
        await self._show(consoles, news)

    async def _compare(self) -> None:
        """Everything that anybody shows; a hint may have been lost, or a queue have new agents."""
        consoles = list(self._consoles)
        ids = {console.agent_id for console in consoles}
        circles = await database_sync_to_async(selectors.circles)(ids)
        circle = _together(circles.values())
        news = await _read(
            selectors.pictures, agent_ids=ids, queue_ids=circle.queues, people=circle.people
        )
        stayed = []
        for console in consoles:
            if console.circle == circles[console.agent_id]:
                console.circle = circles[console.agent_id]  # one for all, for quick comparison
                stayed.append(console)
            else:
                await self._guarded(console, console.draw())
        await self._show(stayed, news)

    async def _show(self, consoles: Iterable[Console], news: Pictures) -> None:
        """Tell these consoles what is theirs of it; of people only what nobody was told yet."""
        marks = {agent_id: _mark(row) for agent_id, row in news.people.items()}
        changed = {
            agent_id: news.people[agent_id]
            for agent_id, mark in marks.items()
            if self._people.get(agent_id) != mark
        }
        self._people |= marks
        queues = {row["id"] for row in news.queues}
        news = replace(news, people=changed)
        touched = (
            console
            for console in consoles
            if console.agent_id in news.agents
            or not console.circle.queues.isdisjoint(queues)
            or not console.circle.people.isdisjoint(changed)
        )
        await asyncio.gather(*(self._guarded(one, one.show(news)) for one in touched))

    async def _guarded(self, console: Console, telling: Coroutine[Any, Any, None]) -> None:
        """Tell one console. One that went away, or does not read, is left out until it beats."""
        try:
            async with asyncio.timeout(PATIENCE):
                await telling
        except (ClientDisconnected, ConnectionError, TimeoutError):
            self.remove(console)


async def _read(selector: Callable[..., Pictures], **what: Any) -> Pictures:
    found: Pictures = await database_sync_to_async(selector)(now=timezone.now(), **what)
    return found


def _together(circles: Iterable[Circle]) -> Circle:
    """Whatever any of them shows. Many consoles have the very same circle."""
    different = set(circles)
    return Circle(
        frozenset().union(*(circle.queues for circle in different)),
        frozenset().union(*(circle.people for circle in different)),
    )


def _mark(row: dict[str, Any]) -> tuple[object, ...]:
    return row["name"], row["state"], row["reason"], row["since"]


hub = Hub()
