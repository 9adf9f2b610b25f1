"""An open console: drawn from a snapshot, kept true by deltas, and the way its commands come in."""

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from agents.errors import NotAnAgent
from agents.selectors import agent_of
from calls import selectors
from calls.consumers.hub import hub
from calls.errors import CallGone, UnknownCommand
from calls.services import flows, offers, presence
from contactcenter.api import body
from contactcenter.errors import Refused

NOT_AN_AGENT = 4403
NOT_TEXT = 1003
LARGEST_ID = 2**63 - 1


class ConsoleConsumer(AsyncJsonWebsocketConsumer):
    """One console socket. `version` counts its frames, so a gap shows."""

    agent_id: int = 0
    queue_ids: frozenset[int] = frozenset()

    async def connect(self) -> None:
        user = self.scope["user"]
        await self.accept()
        try:
            agent = await database_sync_to_async(agent_of)(user_id=user.pk)
        except NotAnAgent:
            await self.close(NOT_AN_AGENT)
            return
        self.agent_id, self.actor, self.version = agent.id, user.get_username(), 0
        self.agent: dict[str, Any] = {}
        self.queues: dict[int, dict[str, Any]] = {}
        await self._beat({})
        # Join before reading: what happens in between then reaches us as a hint.
        hub.add(self)
        await self._snapshot({})

    async def disconnect(self, code: int) -> None:
        hub.remove(self)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        if text_data is None:
            await self.close(NOT_TEXT)
        elif self.agent_id:  # nothing of what is still said by somebody who was shown out
            await self.receive_json(await self.decode_json(text_data))

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        if not isinstance(content, dict):
            content = {}
        name = content.get("id")
        name = name if isinstance(name, str | int) and not isinstance(name, bool) else None
        commands: dict[str, Callable[[dict[str, Any]], Awaitable[None]]] = {
            "beat": self._beat,
            "snapshot": self._snapshot,
            "ringing": self._ringing,
            "failed": self._failed,
            "decline": self._decline,
            "state": self._state,
            "end": self._end,
        }
        answer: dict[str, Any] = {"type": "result", "id": name, "ok": True}
        try:
            command = commands.get(str(content.get("command")))
            if command is None:
                raise UnknownCommand("There is no such command.")
            await command(content)
        except Refused as refusal:
            answer |= {"ok": False, **body(refusal.code, refusal.message)}
        if name is not None or not answer["ok"]:
            await self.send_json(answer)

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        try:
            return json.loads(text_data)
        except (ValueError, RecursionError):
            return None

    @classmethod
    async def encode_json(cls, content: Any) -> str:
        return json.dumps(content, cls=DjangoJSONEncoder, separators=(",", ":"))

    async def show(self, *, agent: dict[str, Any] | None, queues: list[dict[str, Any]]) -> None:
        """Send a delta of whatever is not as it was last shown."""
        changes: dict[str, Any] = {}
        if agent is not None and agent != self.agent:
            self.agent = changes["agent"] = agent
        changed = [row for row in queues if row != self.queues.get(row["id"])]
        if changed:
            self.queues |= {row["id"]: row for row in changed}
            changes["queues"] = changed
        if changes:
            await self._send("delta", changes=changes)

    async def _send(self, kind: str, **content: Any) -> None:
        self.version += 1
        await self.send_json({"type": kind, "version": self.version, **content})

    async def _picture(self) -> selectors.Pictures:
        picture: selectors.Pictures = await database_sync_to_async(selectors.console)(
            agent_id=self.agent_id, now=timezone.now()
        )
        return picture

    async def _snapshot(self, content: dict[str, Any]) -> None:
        await self._draw(await self._picture())

    async def _draw(self, picture: selectors.Pictures) -> None:
        self.agent = picture.agents[self.agent_id]
        self.queues = {row["id"]: row for row in picture.queues}
        self.queue_ids = frozenset(self.queues)
        await self._send("snapshot", agent=self.agent, queues=picture.queues)

    async def _beat(self, content: dict[str, Any]) -> None:
        """Prolong the lease; and look whether a hint was lost on the way."""
        await self._run(presence.beat)
        if not self.version:
            return
        hub.add(self)  # again, if it had to be left out for not reading
        picture = await self._picture()
        if {row["id"] for row in picture.queues} != self.queue_ids:
            await self._draw(picture)
        else:
            await self.show(agent=picture.agents[self.agent_id], queues=picture.queues)

    async def _ringing(self, content: dict[str, Any]) -> None:
        await self._run(offers.see, offer_id=_whole(content, "offer"))

    async def _decline(self, content: dict[str, Any]) -> None:
        await self._run(offers.decline, offer_id=_whole(content, "offer"), actor=self.actor)

    async def _failed(self, content: dict[str, Any]) -> None:
        """Whatever the browser names as the cause, answering failed on the agent's side."""
        await self._run(offers.fail_media, offer_id=_whole(content, "offer"), actor=self.actor)

    async def _state(self, content: dict[str, Any]) -> None:
        await self._run(
            presence.choose,
            state=_text(content, "state"),
            reason=_text(content, "reason"),
            actor=self.actor,
        )

    async def _end(self, content: dict[str, Any]) -> None:
        ended = await self._run(
            flows.end_by_agent, call_id=_whole(content, "call"), actor=self.actor
        )
        if not ended:
            raise CallGone("This call is over, or not yours.")

    async def _run(self, service: Callable[..., Any], **arguments: Any) -> Any:
        """Call a service as this agent, now, outside the event loop."""
        run = partial(service, agent_id=self.agent_id, now=timezone.now(), **arguments)
        return await database_sync_to_async(run)()


def _whole(content: dict[str, Any], name: str) -> int:
    value = content.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > LARGEST_ID:
        raise UnknownCommand(f"{name} must be a number.")
    return value


def _text(content: dict[str, Any], name: str) -> str:
    value = content.get(name)
    if value is not None and not (isinstance(value, str) and value.isprintable()):
        raise UnknownCommand(f"{name} must be a text.")
    return value or ""
