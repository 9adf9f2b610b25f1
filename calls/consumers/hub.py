"""All open consoles of this process, told together: one look at the tables for all of them."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import replace
from itertools import islice
from typing import Any, Protocol

from django.utils import timezone
from uvicorn.protocols.utils import ClientDisconnected

from agents.sessions import logged_in
from calls import broadcast, selectors
from calls.broadcast import Hint
from calls.consumers import threads
from calls.selectors import Circle, Pictures, Scene

logger = logging.getLogger(__name__)
PATIENCE = 1.0  # seconds that one console may keep all others waiting
LOOK_EVERY = 4.0  # seconds between looks at everything
DRAWN_AT_ONCE = 20  # consoles; then the others are told what has happened meanwhile
MOST_OF_ONE_AGENT = 5
LOGGED_OUT, NOT_AN_AGENT, TOO_MANY = 4401, 4403, 4429


class Console(Protocol):
    agent_id: int
    session_key: str | None
    circle: Circle  # as it was last drawn
    may_coach: bool

    @property
    def holds_phone(self) -> bool:
        """Whether this window is its agent's telephone."""

    async def draw(self, scene: Scene, picture: Pictures) -> None:
        """Send everything."""

    async def show(self, news: Pictures) -> None:
        """Send what is new of this to the browser."""

    async def leave(self, code: int) -> None:
        """Close, and be removed."""


class Hub:
    """One task draws all consoles and tells them what is new, so each sees things in their order.

    It collects hints while it works: many changes cost one look and one frame.
    """

    def __init__(self) -> None:
        self._consoles: dict[Console, None] = {}  # the oldest first
        self._undrawn: dict[Console, asyncio.Event] = {}  # they are told nothing until drawn
        self._people: dict[int, tuple[object, ...]] = {}  # as the consoles were last told of them
        self._pending: Hint | None = None
        self._look_asked = False
        self._working: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._unlisten: Callable[[], object] | None = None

    def __contains__(self, console: Console) -> bool:
        return console in self._consoles

    async def add(self, console: Console) -> None:
        """Draw this console, and tell it from now on."""
        if self._unlisten is None:
            loop = asyncio.get_running_loop()
            self._unlisten = broadcast.listen(self._hear_in(loop))
            self._timer = loop.call_later(LOOK_EVERY, self._tick)
        self._consoles[console] = None
        self._ask_to_draw(console)
        same = [one for one in self._consoles if one.agent_id == console.agent_id]
        if len(same) > MOST_OF_ONE_AGENT:
            await self._show_out([next(one for one in same if not one.holds_phone)], TOO_MANY)

    def remove(self, console: Console) -> None:
        self._consoles.pop(console, None)
        if drawn := self._undrawn.pop(console, None):
            drawn.set()
        if not self._consoles and self._unlisten and self._timer:
            self._unlisten()
            self._unlisten = None
            self._timer.cancel()
            self._people.clear()

    async def draw(self, console: Console) -> None:
        """Have this console drawn anew. Done when it is, or when the tables could not be read."""
        await self._ask_to_draw(console).wait()

    def look(self) -> None:
        """Compare all consoles with the tables, as is done by itself every few seconds."""
        self._look_asked = True
        self._begin()

    def _tick(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(LOOK_EVERY, self._tick)
        self.look()

    def _hear_in(self, loop: asyncio.AbstractEventLoop) -> Callable[[Hint], None]:
        def hear(hint: Hint) -> None:
            loop.call_soon_threadsafe(self._note, hint)

        return hear

    def _note(self, hint: Hint) -> None:
        self._pending = hint if self._pending is None else self._pending | hint
        self._begin()

    def _ask_to_draw(self, console: Console) -> asyncio.Event:
        drawn = self._undrawn.setdefault(console, asyncio.Event())
        self._begin()
        return drawn

    def _begin(self) -> None:
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._pending or self._look_asked or self._undrawn:
                await self._tell()
                await self._compare()
                await self._draw_some()
        except Exception:
            # A console that was not told, or not drawn, is at a later look.
            logger.exception("consoles were not told")

    async def _tell(self) -> None:
        hint, self._pending = self._pending, None
        if hint is None:
            return
        news = await _read(
            selectors.news,
            agents=hint.agents,
            queues=hint.queues,
            shown_to={console.agent_id for console in self._consoles},
            circle=_together(console.circle for console in self._consoles),
            coaches=_coaches(self._consoles),
        )
        await self._show(news)

    async def _compare(self) -> None:
        """Everything that anybody shows; a hint may have been lost, or a queue have new agents."""
        asked, self._look_asked = self._look_asked, False
        if not asked:
            return
        await self._show_out_logged_out()
        consoles = list(self._consoles)
        ids = {console.agent_id for console in consoles}
        circles = await threads.run_in(threads.LOOKS, selectors.circles, agent_ids=ids)
        circle = _together(circles.values())
        news = await _read(
            selectors.pictures,
            agent_ids=ids,
            queue_ids=circle.queues,
            people=circle.people,
            coaches=_coaches(consoles),
        )
        for console in filter(self.__contains__, consoles):
            circle = circles[console.agent_id]
            if console.circle != circle or console.agent_id not in news.agents:
                self._ask_to_draw(console)
            else:
                console.circle = circle  # one for all, for quick comparison
        await self._show(news)

    async def _show_out_logged_out(self) -> None:
        consoles = list(self._consoles)
        keys = {console.session_key for console in consoles}
        standing = await threads.run_in(
            threads.LOOKS, logged_in, session_keys=keys, now=timezone.now()
        )
        await self._show_out([one for one in consoles if one.session_key not in standing])

    async def _draw_some(self) -> None:
        batch = dict(islice(self._undrawn.items(), DRAWN_AT_ONCE))
        try:
            if batch:
                await self._draw(batch)
        finally:
            for drawn in batch.values():
                drawn.set()

    async def _draw(self, consoles: Iterable[Console]) -> None:
        ids = {console.agent_id for console in consoles}
        picture, scenes = await threads.run_in(
            threads.LOOKS,
            selectors.scenes,
            agent_ids=ids,
            coaches=_coaches(consoles),
            now=timezone.now(),
        )
        await self._show(picture)  # to the others: what these see of people, all have been told
        here = [console for console in consoles if self._undrawn.pop(console, None)]
        await self._show_out([one for one in here if one.agent_id not in scenes], NOT_AN_AGENT)
        await asyncio.gather(
            *(
                self._guarded(console, console.draw(scenes[console.agent_id], picture))
                for console in here
                if console.agent_id in scenes
            )
        )

    async def _show(self, news: Pictures) -> None:
        """Tell the consoles what is theirs of it; of people only what nobody was told yet."""
        marks = {agent_id: _mark(row) for agent_id, row in news.people.items()}
        changed = {
            agent_id: news.people[agent_id]
            for agent_id, mark in marks.items()
            if self._people.get(agent_id) != mark
        }
        self._people |= marks
        queues = {row["id"] for row in news.queues}
        news = replace(news, people=changed)
        touched = [
            console
            for console in self._consoles.keys() - self._undrawn.keys()
            if console.agent_id in news.agents
            or console.agent_id in news.can
            or not console.circle.queues.isdisjoint(queues)
            or not console.circle.people.isdisjoint(changed)
        ]
        await asyncio.gather(*(self._guarded(one, one.show(news)) for one in touched))

    async def _show_out(self, consoles: Iterable[Console], code: int = LOGGED_OUT) -> None:
        await asyncio.gather(*(self._guarded(one, one.leave(code)) for one in consoles))

    async def _guarded(self, console: Console, telling: Coroutine[Any, Any, None]) -> None:
        """Tell one console. One that went away, or does not read, is left out until it beats."""
        try:
            async with asyncio.timeout(PATIENCE):
                await telling
        except (ClientDisconnected, ConnectionError, TimeoutError):
            self.remove(console)
        except Exception:
            logger.exception("a console was not told")
            self.remove(console)


async def _read(selector: Callable[..., Pictures], **what: Any) -> Pictures:
    found: Pictures = await threads.run_in(threads.LOOKS, selector, now=timezone.now(), **what)
    return found


def _coaches(consoles: Iterable[Console]) -> set[int]:
    return {console.agent_id for console in consoles if console.may_coach}


def _together(circles: Iterable[Circle]) -> Circle:
    """Whatever any of them shows. Many consoles have the very same circle."""
    different = set(circles)
    return Circle(
        frozenset().union(*(circle.queues for circle in different)),
        frozenset().union(*(circle.people for circle in different)),
    )


def _mark(row: dict[str, Any]) -> tuple[object, ...]:
    return row["name"], row["state"], row["reason"], row["since"], row["call"]


hub = Hub()
