"""`/v1/conversations`: the named ones, and those of calls, as the Conversation API shows them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from aiohttp import web

from sandbox.auth import CALLER
from sandbox.clock import stamp
from sandbox.fields import read_object
from sandbox.legs import rtc
from sandbox.legs.conversations import Conversation, Conversations
from sandbox.legs.leg import Leg
from sandbox.paging import page_of
from sandbox.problems import Problem, not_found


class ConversationsApi:
    """Read and make conversations with an application's JWT."""

    def __init__(self, conversations: Conversations) -> None:
        self.conversations = conversations

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/conversations", self.list),
            web.post("/v1/conversations", self.create),
            web.get("/v1/conversations/{id}", self.show),
            web.get("/v1/conversations/{id}/members", self.members),
        ]

    async def list(self, request: web.Request) -> web.Response:
        caller = request[CALLER]
        rows = self.conversations.of(caller.application.id)
        return page_of(request, "conversations", rows, lambda row: shown(row, request))

    async def create(self, request: web.Request) -> web.Response:
        caller = request[CALLER]
        body = await read_object(request)
        name = body.text("name", f"NAM-{uuid4()}", longest=100)
        if self.conversations.find(caller.application.id, name) is not None:
            sentence = "A conversation of that name exists in this application."
            raise Problem(409, "Conflict", sentence, code="conversation:error:duplicate-name")
        application = caller.application
        made = self.conversations.named(application.id, name, application.region)
        made.display_name = body.text("display_name", "", longest=50)
        return web.json_response(shown(made, request), status=201)

    async def show(self, request: web.Request) -> web.Response:
        return web.json_response(shown(self._find(request), request))

    async def members(self, request: web.Request) -> web.Response:
        """The legs that are in it now."""
        legs = list(self._find(request).legs.values())
        return page_of(request, "members", legs, lambda leg: _member(leg, request))

    def _find(self, request: web.Request) -> Conversation:
        caller = request[CALLER]
        found = self.conversations.by_id.get(request.match_info["id"])
        if found is None or found.application_id != caller.application.id:
            problem = not_found("There is no conversation with that id.")
            problem.body["code"] = "conversation:error:not-found"
            raise problem
        return found


def shown(conversation: Conversation, request: web.Request) -> dict[str, Any]:
    """A conversation as replies show it."""
    created = stamp(conversation.created)
    path = f"{request.url.origin()}/v1/conversations/{conversation.id}"
    return {
        "id": conversation.id,
        "name": conversation.name,
        "display_name": conversation.display_name,
        "image_url": None,
        "state": "ACTIVE",
        "sequence_number": conversation.events,
        "timestamp": {"created": created, "updated": created, "destroyed": None},
        "properties": {"ttl": 172_800, "custom_sort_key": None, "custom_data": {}},
        "_links": {"self": {"href": path}},
    }


def _member(leg: Leg, request: web.Request) -> dict[str, Any]:
    membership = leg.membership
    user_url = f"{request.url.origin()}/v1/users/{leg.user_id}"
    user = {"id": leg.user_id, "name": leg.user_name, "display_name": leg.user_name}
    return {
        "id": membership.id if membership else None,
        "conversation_id": leg.conversation_id,
        "state": "JOINED",
        "timestamp": {"invited": None, "joined": stamp(leg.created), "left": None},
        "initiator": {"joined": {"is_system": True}},
        "channel": {"type": leg.kind},
        "media": rtc.media(leg),
        "_embedded": {"user": user | {"_links": {"self": {"href": user_url}}}},
    }
