"""`/sandbox/legs`, `/conversations`, `/webhooks`, `/requests`, `/faults` and `/reset`."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from sandbox.account.store import Account
from sandbox.endpoints.robots import Robots
from sandbox.faults import Faults, Plan, read_plan
from sandbox.fields import read_object
from sandbox.files import Files
from sandbox.journal import Journal
from sandbox.legs.conversations import Conversation
from sandbox.legs.leg import Leg
from sandbox.legs.switch import Switch
from sandbox.problems import bad_field

LAST_WORDS = 2.0


class StateApi:
    """What is going on, what went over the wire, what goes wrong, and a fresh start."""

    def __init__(
        self,
        account: Account,
        switch: Switch,
        robots: Robots,
        faults: Faults,
        files: Files,
        *,
        webhooks: Journal,
        requests: Journal,
    ) -> None:
        self.account = account
        self.switch = switch
        self.robots = robots
        self.faults = faults
        self.files = files
        self.webhooks = webhooks
        self.requests = requests

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sandbox/legs", self.legs),
            web.get("/sandbox/conversations", self.conversations),
            web.get("/sandbox/webhooks", self.sent),
            web.get("/sandbox/requests", self.received),
            web.get("/sandbox/faults", self.show_faults),
            web.put("/sandbox/faults", self.set_faults),
            web.post("/sandbox/reset", self.reset),
        ]

    async def legs(self, request: web.Request) -> web.Response:
        return web.json_response([_leg(leg) for leg in self.switch.recent()])

    async def conversations(self, request: web.Request) -> web.Response:
        rooms = self.switch.conversations.by_id.values()
        return web.json_response([_conversation(room) for room in rooms if room.legs])

    async def sent(self, request: web.Request) -> web.Response:
        return web.json_response(self.webhooks.since(_since(request)))

    async def received(self, request: web.Request) -> web.Response:
        return web.json_response(self.requests.since(_since(request)))

    async def show_faults(self, request: web.Request) -> web.Response:
        return web.json_response(self.faults.shown())

    async def set_faults(self, request: web.Request) -> web.Response:
        self.faults.replace(read_plan(await read_object(request)))
        return web.json_response(self.faults.shown())

    async def reset(self, request: web.Request) -> web.Response:
        """End all legs, which the customer is told, and forget; `all` drops the account too."""
        body = await read_object(request)
        body.only("all")
        everything = body.flag("all")
        self.faults.replace(Plan())
        for leg in list(self.switch.live()):
            self.switch.end(leg, "platform")
        await self.switch.reports.post.drained(LAST_WORDS)
        self.switch.forget()
        self.robots.clear()
        self.files.clear()
        self.webhooks.clear()
        self.requests.clear()
        if everything:
            self.account.clear()
        return web.Response(status=204)


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "uuid": leg.uuid,
        "kind": leg.kind,
        "user": leg.user,
        "number": leg.number,
        "direction": leg.direction,
        "status": "completed" if leg.over else leg.status,
        "conversation": leg.conversation_id,
        "room": leg.room,
        "muted": leg.port.muted,
        "earmuffed": leg.port.earmuffed,
    }


def _conversation(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "name": conversation.name,
        "region": conversation.region,
        "started": conversation.room.started,
        "legs": list(conversation.legs),
        "hears": conversation.room.hears(),
    }


def _since(request: web.Request) -> int:
    text = request.query.get("since", "0")
    if not text.isdigit() or len(text) > 15:
        raise bad_field("since", "must be the number of a row.")
    return int(text)
