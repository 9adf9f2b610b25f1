"""All open floors of this process: one look at the tables, one text for all who see the same."""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Iterable
from typing import Any

from django.utils import timezone

from calls import broadcast
from calls.broadcast import Hint
from calls.consumers import lanes, threads
from calls.consumers.floor_frames import Known, deltas, encoded, known_after, pictures
from calls.consumers.floor_rights import rights_of
from calls.consumers.floor_screens import Screen, Screens
from calls.consumers.hub import TOO_MANY
from calls.selectors import board
from calls.selectors.board import Viewer, Wall

logger = logging.getLogger(__name__)
TICK = 1.0  # seconds; alerts begin and end with time alone
AHEAD_EVERY, LOOK_EVERY = 2, 4  # ticks
GAP = 0.1  # seconds between readings: many changes cost one
DRAWN_AT_ONCE = 20


class FloorHub:
    """One task reads the floor and tells all screens, so each sees things in their order."""

    def __init__(self) -> None:
        self._screens = Screens()
        self._known: Known | None = None
        self._pending: Hint | None = None
        self._look_asked = self._tick_asked = False
        self._ticks = 0
        self._read_at = 0.0
        self._working: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._unlisten: Callable[[], object] | None = None

    def __contains__(self, screen: Screen) -> bool:
        return screen in self._screens

    def __len__(self) -> int:
        return len(self._screens)

    async def add(self, screen: Screen) -> None:
        """Draw this screen, and tell it from now on."""
        if self._unlisten is None:
            loop = asyncio.get_running_loop()
            self._unlisten = broadcast.listen(self._hear_in(loop))
            self._known = None
            self._timer = loop.call_later(TICK, self._tick)
        too_many = self._screens.add(screen)
        self._ask_to_draw(screen)
        await self._show_out(too_many, TOO_MANY)

    def remove(self, screen: Screen) -> None:
        self._screens.remove(screen)
        if not self._screens and self._unlisten and self._timer:
            self._unlisten()
            self._unlisten = None
            self._timer.cancel()
            self._known = None

    async def draw(self, screen: Screen) -> None:
        """Have this screen drawn anew. Done when it is, or when the tables could not be read."""
        await self._ask_to_draw(screen).wait()

    def look(self) -> None:
        """Read everything, as is done by itself every few seconds."""
        self._look_asked = True
        self._begin()

    def _tick(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(TICK, self._tick)
        self._ticks += 1
        self._tick_asked = True
        self._look_asked |= self._ticks % LOOK_EVERY == 0
        self._begin()

    def _hear_in(self, loop: asyncio.AbstractEventLoop) -> Callable[[Hint], None]:
        def hear(hint: Hint) -> None:
            loop.call_soon_threadsafe(self._note, hint)

        return hear

    def _note(self, hint: Hint) -> None:
        self._pending = hint if self._pending is None else self._pending | hint
        self._begin()

    def _ask_to_draw(self, screen: Screen) -> asyncio.Event:
        drawn = self._screens.to_draw(screen)
        self._begin()
        return drawn

    def _begin(self) -> None:
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._screens and (
                self._pending or self._look_asked or self._tick_asked or self._screens.undrawn
            ):
                await self._read()
                await self._draw_some()
        except Exception:
            # A screen that was not told, or not drawn, is at a later look.
            logger.exception("floors were not told")
            self._screens.let_go()  # the next tick tries again

    async def _read(self) -> None:
        """Learn what is new, and tell all who are drawn."""
        if self._known is not None:
            if not (self._pending or self._look_asked or self._tick_asked):
                return
            await self._pause()
        hint, self._pending = self._pending, None
        is_look, self._look_asked = self._look_asked, False
        is_ahead = self._tick_asked and self._ticks % AHEAD_EVERY == 0
        self._tick_asked = False
        old = self._known
        if is_look:
            await self._check_rights()
        new: Known = await threads.run_in(
            threads.FLOOR,
            known_after,
            old=old,
            hint=hint,
            is_look=is_look,
            is_ahead=is_ahead,
            now=timezone.now(),
        )
        self._known = new if self._screens else None
        if old is not None:
            await self._tell(old, new, is_look=is_look)

    async def _pause(self) -> None:
        """Changes come in crowds."""
        loop = asyncio.get_running_loop()
        early = self._read_at + GAP - loop.time()
        if early > 0:
            await asyncio.sleep(early)
        self._read_at = loop.time()

    async def _tell(self, old: Known, new: Known, *, is_look: bool) -> None:
        drawn = self._screens.by_view()
        changes, texts = await threads.run_in(
            threads.FLOOR, deltas, old=old, new=new, views=list(drawn)
        )
        await self._send(
            (screen, screen.show(text)) for view, text in texts.items() for screen in drawn[view]
        )
        moved = changes.agents | (old.floor.supervising.keys() ^ new.floor.supervising.keys())
        moved |= {one for one in new.floor.supervising if one in old.floor.supervising}
        concerned = [
            screen
            for screens in drawn.values()
            for screen in screens
            if is_look or (isinstance(screen.who, Viewer) and screen.who.agent_id in moved)
        ]
        await self._send(
            (screen, self._turn(screen, new)) for screen in concerned if screen in self._screens
        )

    async def _turn(self, screen: Screen, known: Known) -> None:
        """What they may see, and of a viewer their own standing, may be other things now."""
        view, told = known.view_of(screen.who), {}
        if screen.view is None or view.scope != screen.view.scope:
            self._ask_to_draw(screen)
            return
        if isinstance(screen.who, Wall):
            return
        if view != screen.view:
            told = board.other_view(screen.view, view, known.floor)
            self._screens.see(screen, view)
        me = _me(screen.who, known)
        if me != screen.me:
            screen.me = told["me"] = me
        if told:
            await screen.show(encoded(told))

    async def _check_rights(self) -> None:
        """Show out whose log-in, rights or link are over; who looks after others sees others."""
        screens = list(self._screens)
        rights = await threads.run_in(
            threads.FLOOR,
            rights_of,
            sessions={one.session_key: one.user_id for one in screens if one.user_id is not None},
            walls={one.wall_id for one in screens if one.wall_id is not None},
            now=timezone.now(),
        )
        for screen in screens:
            who = rights.of(screen.user_id, screen.session_key, screen.wall_id)
            if isinstance(who, int):
                await self._show_out([screen], who)
            else:
                screen.who = who

    async def _draw_some(self) -> None:
        known = self._known
        batch = self._screens.next_to_draw(DRAWN_AT_ONCE)
        if known is None or not batch:
            return
        try:
            await self._draw(known, [one for one in batch if one in self._screens])
        finally:
            self._screens.drawn(batch)

    async def _draw(self, known: Known, screens: Collection[Screen]) -> None:
        views = {screen: known.view_of(screen.who) for screen in screens}
        texts = await threads.run_in(
            threads.FLOOR, pictures, known=known, views=set(views.values())
        )
        now = encoded(timezone.now())
        views = {screen: view for screen, view in views.items() if screen in self._screens}
        for screen, view in views.items():
            self._screens.see(screen, view)
            screen.me = _me(screen.who, known)
        await self._send((screen, screen.draw(texts[view], now)) for screen, view in views.items())

    async def _show_out(self, screens: Iterable[Screen], code: int) -> None:
        await self._send((one, one.leave(code)) for one in list(screens))

    async def _send(self, tellings: Iterable[tuple[Screen, Coroutine[Any, Any, None]]]) -> None:
        await lanes.tell(tellings, left_out=self.remove)


def _me(who: Viewer | Wall, known: Known) -> dict[str, Any]:
    if isinstance(who, Wall):
        return {"name": who.name, "agent_id": None, "supervision": None}
    return board.me(who, known.floor)


hub = FloorHub()
