"""The open floors of this process: who looks, what each of them shows, and which are not drawn."""

import asyncio
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any, Protocol

from calls.selectors.board import View, Viewer, Wall

MOST_OF_ONE_USER, MOST_OF_ONE_WALL = 5, 20


class Screen(Protocol):
    user_id: int | None
    wall_id: int | None
    session_key: str | None
    who: Viewer | Wall
    view: View | None  # None: not drawn yet
    me: dict[str, Any] | None

    async def draw(self, picture: str, now: str) -> None:
        """Send everything."""

    async def show(self, changes: str) -> None:
        """Send what is new."""

    async def leave(self, code: int) -> None:
        """Close, and be removed."""


class Screens:
    """In the order in which they were opened."""

    def __init__(self) -> None:
        self._all: dict[Screen, None] = {}
        self._views: dict[View, dict[Screen, None]] = {}  # who is drawn, by what they see
        self.undrawn: dict[Screen, asyncio.Event] = {}  # set once they are

    def __contains__(self, screen: Screen) -> bool:
        return screen in self._all

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Screen]:
        return iter(self._all)

    def add(self, screen: Screen) -> list[Screen]:
        """It is open now. Returns who must leave for it, where one has opened too many."""
        self._all[screen] = None
        owner = (screen.user_id, screen.wall_id)
        same = [one for one in self._all if (one.user_id, one.wall_id) == owner]
        most = MOST_OF_ONE_WALL if screen.wall_id else MOST_OF_ONE_USER
        return same[:1] if len(same) > most else []

    def remove(self, screen: Screen) -> None:
        self._all.pop(screen, None)
        self.see(screen, None)
        self.drawn([screen])

    def see(self, screen: Screen, view: View | None) -> None:
        """The screen shows this view from now on; None: nothing."""
        if screen.view is not None and screen in self._views.get(screen.view, ()):
            del self._views[screen.view][screen]
            if not self._views[screen.view]:
                del self._views[screen.view]
        screen.view = view
        if view is not None:
            self._views.setdefault(view, {})[screen] = None

    def by_view(self) -> dict[View, list[Screen]]:
        """Who can be told what is new: those who are drawn, and are not to be drawn anew."""
        drawn = {}
        for view, screens in self._views.items():
            if told := [one for one in screens if one not in self.undrawn]:
                drawn[view] = told
        return drawn

    def to_draw(self, screen: Screen) -> asyncio.Event:
        """It is to be drawn, maybe anew. Set once that is done."""
        return self.undrawn.setdefault(screen, asyncio.Event())

    def next_to_draw(self, most: int) -> list[Screen]:
        return list(islice(self.undrawn, most))

    def drawn(self, screens: Collection[Screen]) -> None:
        """Nobody waits for these to be drawn any more."""
        for screen in screens:
            if done := self.undrawn.pop(screen, None):
                done.set()

    def let_go(self) -> None:
        """Whoever waits to be drawn is not kept waiting; they are still to be drawn."""
        waiting, self.undrawn = self.undrawn, {one: asyncio.Event() for one in self.undrawn}
        for done in waiting.values():
            done.set()
