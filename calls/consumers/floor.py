"""An open floor: drawn from a snapshot, kept true by deltas. It shows; acts go by REST."""

import json
from collections import deque
from contextlib import suppress
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone
from uvicorn.protocols.utils import ClientDisconnected

from agents.errors import NotASupervisor
from calls.consumers import threads
from calls.consumers.console import COMMANDS_PER_SECOND, NOT_TEXT
from calls.consumers.floor_frames import encoded
from calls.consumers.floor_hub import hub
from calls.consumers.floor_rights import NOT_A_SUPERVISOR
from calls.consumers.hub import LOGGED_OUT
from calls.errors import NoSuchWall, TooMany, UnknownCommand
from calls.selectors import board
from calls.selectors.board import View, Viewer, Wall
from calls.services import walls
from contactcenter.api import body
from contactcenter.errors import Refused

Content = dict[str, Any]


class FloorConsumer(AsyncWebsocketConsumer):
    """One floor socket. `version` counts its frames, so a gap shows."""

    user_id: int | None = None
    wall_id: int | None = None
    session_key: str | None = None
    who: Viewer | Wall
    view: View | None = None
    me: Content | None = None

    async def __call__(self, *connection: Any) -> None:
        try:
            await super().__call__(*connection)
        finally:
            hub.remove(self)

    async def dispatch(self, message: Content) -> None:
        """Channels' own would wait for a thread that all share, to close what we do not open."""
        with suppress(ClientDisconnected):  # the next message says so, and why
            await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        self.is_heard = False  # nothing of what is said by somebody who is shown out
        self.version = 0
        self.said: deque[float] = deque(maxlen=COMMANDS_PER_SECOND)
        await self.accept()
        code = await self._let_in()
        if code:
            await self.close(code)
            return
        self.is_heard = True
        await hub.add(self)

    async def _let_in(self) -> int:
        """Learn who looks; the code to close with when they may not."""
        wanted = parse_qs(self.scope["query_string"].decode(errors="replace")).get("wall")
        user = self.scope["user"]
        try:
            if wanted:
                wall: Wall = await threads.run_in(threads.COMMANDS, _wall_of, token=wanted[0])
                self.who, self.wall_id = wall, wall.id
            elif user.is_authenticated:
                self.who = await threads.run_in(threads.COMMANDS, board.viewer, user=user)
                self.user_id, self.session_key = user.pk, self.scope["session"].session_key
            else:
                return LOGGED_OUT
        except NoSuchWall:
            return LOGGED_OUT
        except NotASupervisor:
            return NOT_A_SUPERVISOR
        return 0

    async def leave(self, code: int) -> None:
        """Show this floor out."""
        self.is_heard = False
        hub.remove(self)
        await self.close(code)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        if text_data is None:
            await self.close(NOT_TEXT)
        elif self.is_heard:
            await self._answer(_content(text_data))

    async def _answer(self, content: Content) -> None:
        name = content.get("id")
        name = name if isinstance(name, str | int) and not isinstance(name, bool) else None
        answer: Content = {"type": "result", "id": name, "ok": True}
        try:
            answer |= await self._do(content.get("command"))
        except Refused as refusal:
            answer |= {"ok": False, **body(refusal.code, refusal.message)}
        if self.is_heard and (name is not None or not answer["ok"]):
            await self.send(encoded(answer))

    async def _do(self, name: object) -> Content:
        now = monotonic()
        if len(self.said) == COMMANDS_PER_SECOND and now - self.said[0] < 1:
            raise TooMany("That was too much at once; please try again in a second.")
        self.said.append(now)
        if name == "beat":
            if self not in hub:  # it had to be left out for not reading
                await hub.add(self)
            return {"now": timezone.now()}
        if name == "snapshot":
            await hub.draw(self)
            return {}
        raise UnknownCommand("There is no such command.")

    async def draw(self, picture: str, now: str) -> None:
        """Send everything; `picture` is JSON without the viewer."""
        self.version += 1
        await self.send(
            f'{{"type":"snapshot","version":{self.version},"now":{now},'
            f'"floor":{{"me":{encoded(self.me)},{picture[1:]}}}'
        )

    async def show(self, changes: str) -> None:
        """Send what is new, as JSON."""
        self.version += 1
        await self.send(f'{{"type":"delta","version":{self.version},"changes":{changes}}}')


def _wall_of(*, token: str) -> Wall:
    link = walls.find(token, now=timezone.now())
    return board.walls({link.id})[link.id]


def _content(text: str) -> Content:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
