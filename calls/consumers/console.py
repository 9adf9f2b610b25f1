"""An open console: drawn from a snapshot, kept true by deltas, and the way its commands come in."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from contextlib import suppress
from time import monotonic
from typing import Any

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError
from django.utils import timezone
from uvicorn.protocols.utils import ClientDisconnected

from agents.errors import NotAnAgent
from agents.phones import Phone
from agents.selectors import agent_of
from calls.consumers import commands, threads
from calls.consumers.commands import LoggedOut
from calls.consumers.hub import LOGGED_OUT, NOT_AN_AGENT, hub
from calls.errors import TooMany, UnknownCommand
from calls.selectors import Circle, Pictures, Scene
from calls.services import phone, presence
from contactcenter.api import body, busy
from contactcenter.errors import Refused

NOT_TEXT, SERVER_RESTARTS = 1003, 1012
COMMANDS_PER_SECOND = 20
COACH = "agents.coach"  # the right to listen to calls of one's own team
SHORTEST_TAB, LONGEST_TAB = 16, 64  # characters of a tab's random name

Content = dict[str, Any]


class ConsoleConsumer(AsyncJsonWebsocketConsumer):
    """One console socket. `version` counts its frames, so a gap shows."""

    agent_id: int = 0
    circle: Circle = Circle()
    may_coach: bool = False
    epoch: int | None = None  # with which this window holds the phone, or held it last
    closed_with: int | None = None

    async def __call__(self, *connection: Any) -> None:
        try:
            await super().__call__(*connection)
        finally:
            hub.remove(self)
            # When the server restarts the page is still there, and back within its lease.
            if self.epoch is not None and self.closed_with != SERVER_RESTARTS:
                await self._run(phone.close, threads.BEATS, epoch=self.epoch)

    async def dispatch(self, message: Content) -> None:
        """Channels' own would wait for a thread that all share, to close what we do not open."""
        with suppress(ClientDisconnected):  # the next message says so, and why
            await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        user = self.scope["user"]
        self.is_heard = False  # nothing of what is said by somebody who is shown out
        await self.accept()
        if not user.is_authenticated:
            await self.close(LOGGED_OUT)
            return
        try:
            agent = await threads.run_in(threads.COMMANDS, agent_of, user_id=user.pk)
            self.may_coach = await threads.run_in(threads.COMMANDS, user.has_perm, perm=COACH)
        except NotAnAgent:
            await self.close(NOT_AN_AGENT)
            return
        self.is_heard = True
        self.agent_id, self.actor, self.version = agent.id, user.get_username(), 0
        self.session_key = self.scope["session"].session_key
        self.said: deque[float] = deque(maxlen=COMMANDS_PER_SECOND)
        self.claiming = asyncio.Lock()  # nothing is sent while the epoch is about to change
        self.agent: Content = {}
        self.queues: dict[int, Content] = {}
        self.can: dict[int, Any] = {}  # by colleague in a call: how they may be coached
        self.phone: Content = {}
        await self._run(presence.beat, threads.BEATS)
        await hub.add(self)

    async def disconnect(self, code: int) -> None:
        self.closed_with = code

    @property
    def holds_phone(self) -> bool:
        """Whether this window is its agent's telephone."""
        return bool(self.phone.get("here"))

    async def leave(self, code: int) -> None:
        """Show this console out."""
        self.is_heard = False
        hub.remove(self)
        await self.close(code)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        if text_data is None:
            await self.close(NOT_TEXT)
        elif self.is_heard:
            await self.receive_json(await self.decode_json(text_data))

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        if not isinstance(content, dict):
            content = {}
        name = content.get("id")
        name = name if isinstance(name, str | int) and not isinstance(name, bool) else None
        answer: Content = {"type": "result", "id": name, "ok": True}
        try:
            answer |= await self._do(content)
        except Refused as refusal:
            answer |= {"ok": False, **body(refusal.code, refusal.message)}
        except OperationalError:
            answer |= {"ok": False, **busy()}
        except LoggedOut:
            await self.leave(LOGGED_OUT)
        if self.is_heard and (name is not None or not answer["ok"]):
            await self.send_json(answer)

    async def _do(self, content: Content) -> Content:
        """Follow a command. Returns what its result says besides."""
        self._count()
        own: dict[object, Callable[[Content], Awaitable[Content]]] = {
            "beat": self._beat,
            "snapshot": self._snapshot,
            "claim": self._claim,
        }
        name = content.get("command")
        if isinstance(name, str) and name in own:
            return await own[name](content)
        done: Content = await self._run(
            commands.run,
            name=name,
            content=content,
            actor=self.actor,
            session_key=self.session_key,
            epoch=self.epoch,
        )
        return done

    def _count(self) -> None:
        now = monotonic()
        if len(self.said) == COMMANDS_PER_SECOND and now - self.said[0] < 1:
            raise TooMany("That was too much at once; please try again in a second.")
        self.said.append(now)

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        try:
            return json.loads(text_data)
        except (ValueError, RecursionError):
            return None

    @classmethod
    async def encode_json(cls, content: Any) -> str:
        return json.dumps(content, cls=DjangoJSONEncoder, separators=(",", ":"))

    async def show(self, news: Pictures) -> None:
        """Send a delta of whatever of this is ours, and not as it was last shown."""
        async with self.claiming:
            changes: Content = {}
            agent = news.agents.get(self.agent_id)
            if agent is not None and agent != self.agent:
                self.agent = changes["agent"] = agent
            lease = news.phones.get(self.agent_id)
            if lease is not None and self._phone(lease, news) != self.phone:
                self.phone = changes["phone"] = self._phone(lease, news)
            if queues := [row for row in news.queues if self._is_new(row)]:
                self.queues |= {row["id"]: row for row in queues}
                changes["queues"] = queues
            if people := self._people(news):
                changes["people"] = people
            if changes:
                await self._send("delta", changes=changes)

    def _is_new(self, row: Content) -> bool:
        """Whether a row of a queue of ours says more than that time goes by."""
        if row["id"] not in self.circle.queues:
            return False
        shown = self.queues.get(row["id"], {})
        return {**row, "longest_wait_s": 0} != {**shown, "longest_wait_s": 0}

    def _people(self, news: Pictures) -> list[Content]:
        """Rows of colleagues; only of those who may coach, with what they may do in their calls."""
        found = {one: row for one, row in news.people.items() if self._is_colleague(one)}
        can = news.can.get(self.agent_id)
        if can is not None:
            for one in filter(self._is_colleague, can.keys() | self.can.keys()):
                if can.get(one) != self.can.get(one):
                    found[one] = found.get(one, {"id": one}) | {"can": can.get(one)}
            self.can = can
        return list(found.values())

    def _is_colleague(self, agent_id: int) -> bool:
        return agent_id in self.circle.people and agent_id != self.agent_id

    def _phone(self, lease: Phone, news: Pictures) -> Content:
        if lease.epoch < (self.epoch or 0):  # read before our own claim
            return self.phone
        return {
            "epoch": lease.epoch,
            "here": lease.is_held(self.epoch, news.now),
            "taken": lease.is_taken(news.now),
        }

    async def draw(self, scene: Scene, picture: Pictures) -> None:
        """Send the whole picture."""
        async with self.claiming:
            self.circle = scene.circle
            self.agent = picture.agents[self.agent_id]
            self.queues = {row["id"]: row for row in scene.queues}
            self.phone = self._phone(picture.phones[self.agent_id], picture)
            self.can = picture.can.get(self.agent_id, {})
            people = [row for row in scene.people if row["id"] != self.agent_id]
            if self.may_coach:
                people = [row | {"can": self.can.get(row["id"])} for row in people]
            await self._send(
                "snapshot",
                now=picture.now,
                agent=self.agent,
                queues=scene.queues,
                people=people,
                phone=self.phone,
            )

    async def _send(self, kind: str, **content: Any) -> None:
        if self.is_heard:
            self.version += 1
            await self.send_json({"type": kind, "version": self.version, **content})

    async def _snapshot(self, content: Content) -> Content:
        await threads.run_in(
            threads.LOOKS,
            commands.check_log_in,
            session_key=self.session_key,
            now=timezone.now(),
        )
        await hub.draw(self)
        return {}

    async def _beat(self, content: Content) -> Content:
        """Prolong the lease."""
        await self._run(
            commands.beat, threads.BEATS, session_key=self.session_key, epoch=self.epoch
        )
        if self not in hub:  # it had to be left out for not reading
            await hub.add(self)
        return {"now": timezone.now()}

    async def _claim(self, content: Content) -> Content:
        tab = commands.word(content, "tab", longest=LONGEST_TAB)
        take_over = content.get("take_over", False)
        if len(tab) < SHORTEST_TAB or not isinstance(take_over, bool):
            raise UnknownCommand("A claim needs the tab's name and whether to take over.")
        async with self.claiming:  # or the news of it would come before we know our epoch
            lease = await self._run(
                commands.claim,
                session_key=self.session_key,
                tab=tab,
                epoch=self.epoch,
                take_over=take_over,
            )
            self.epoch = lease.epoch
            self.phone = {"epoch": lease.epoch, "here": True, "taken": True}
        return {"phone": self.phone}

    async def _run(
        self, service: Callable[..., Any], pool: Executor | None = None, **arguments: Any
    ) -> Any:
        """Call a service as this agent, now, outside the event loop."""
        return await threads.run_in(
            pool or threads.COMMANDS,
            service,
            agent_id=self.agent_id,
            now=timezone.now(),
            **arguments,
        )
