"""What the Client SDK asks: users, conversations, legs; and a new token for its session."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from sandbox.account.store import Account, User
from sandbox.account.users import shown
from sandbox.auth import CALLER
from sandbox.clock import stamp
from sandbox.legs.conversations import Conversation
from sandbox.legs.leg import Leg
from sandbox.legs.switch import Switch
from sandbox.sdk.calls import BrowserCalls
from sandbox.sdk.events import party
from sandbox.sdk.gate import METRICS, USER
from sandbox.sdk.problems import Refusal, no_conversation
from sandbox.sdk.sessions import Sessions


class LookupsApi:
    """Requests that change nothing of a call."""

    def __init__(
        self, account: Account, switch: Switch, sessions: Sessions, calls: BrowserCalls
    ) -> None:
        self.account = account
        self.switch = switch
        self.sessions = sessions
        self.calls = calls

    def routes(self) -> list[web.RouteDef]:
        conversation = "/v0.3/conversations/{conversation}"
        return [
            web.get("/v0.3/users/{user}", self.user),
            web.get(conversation, self.conversation),
            web.get(f"{conversation}/legs", self.legs),
            web.get(f"{conversation}/members/me", self.me),
            web.get("/v0.3/legs/{leg}", self.leg),
            web.put("/v0.2/sessions/{session}", self.refresh),
            web.post(METRICS, self.metrics),
        ]

    async def user(self, request: web.Request) -> web.Response:
        """A user by id or name; `me` is who asks."""
        name, asker = request.match_info["user"], request[USER]
        users = self.account.users_of(asker.application_id)
        found = [each for each in users if name in {each.id, each.name}]
        user = asker if name == "me" else found[0] if found else None
        if user is None:
            raise Refusal(404, "user:error:not-found", "There is no such user.")
        return web.json_response(shown(user, request))

    async def conversation(self, request: web.Request) -> web.Response:
        found = self._conversation(request)
        body = {
            "id": found.id,
            "name": found.name,
            "timestamp": {"created": stamp(found.created)},
            "state": "INACTIVE" if found.id in self.switch.conversations.over else "ACTIVE",
            "properties": {},
            "media_state": _media_state(),
        }
        return web.json_response(body)

    async def legs(self, request: web.Request) -> web.Response:
        legs = self._conversation(request).legs.values()
        return web.json_response({"_embedded": {"legs": [_leg(leg) for leg in legs]}, "_links": {}})

    async def me(self, request: web.Request) -> web.Response:
        """The asker's own member in a conversation."""
        conversation, user = request.match_info["conversation"], request[USER]
        for call in self.calls.by_leg.values():
            membership = call.leg.membership
            here = membership is not None and membership.conversation.id == conversation
            if here and membership is not None and call.user.id == user.id:
                state = "JOINED" if call.joined else "INVITED"
                return web.json_response(_member(membership.id, state, user))
        raise Refusal(404, "member:error:not-found", "You are not in that conversation.")

    async def leg(self, request: web.Request) -> web.Response:
        leg = self.switch.legs.get(request.match_info["leg"])
        if leg is None or leg.application_id != request[USER].application_id:
            raise Refusal(404, "leg:error:not-found", "There is no leg with that id.")
        return web.json_response(_leg(leg))

    async def refresh(self, request: web.Request) -> web.Response:
        """The request's token is the session's from now on."""
        session = self.sessions.by_id.get(request.match_info["session"])
        if session is None or session.user.id != request[USER].id:
            raise Refusal(404, "session:error:not-found", "There is no session with that id.")
        self.sessions.renew(session, request[CALLER])
        return web.json_response({"id": session.id, "session_id": session.id})

    async def metrics(self, request: web.Request) -> web.Response:
        return web.json_response({})

    def _conversation(self, request: web.Request) -> Conversation:
        name, rooms = request.match_info["conversation"], self.switch.conversations
        found = rooms.by_id.get(name) or rooms.over.get(name)
        if found is None or found.application_id != request[USER].application_id:
            raise no_conversation()
        return found


def _leg(leg: Leg) -> dict[str, Any]:
    started = leg.start_time or leg.created
    return {
        "id": leg.uuid,
        "conversation_id": leg.conversation_id,
        "status": "completed" if leg.over else leg.status,
        "start_time": stamp(started),
        "end_time": stamp(leg.end_time) if leg.end_time else "",
        "direction": leg.direction,
        "type": leg.kind,
        "from": party(leg.caller),
        "to": party(leg.called),
        "media_state": _media_state() | {"mute": leg.muted, "earmuff": leg.earmuffed},
    }


def _media_state() -> dict[str, bool]:
    words = ("mute", "earmuff", "play_stream", "tts", "recording", "transcribing")
    return dict.fromkeys(words, False)


def _member(member: str, state: str, user: User) -> dict[str, Any]:
    return {
        "id": member,
        "state": state,
        "channel": {"type": "app"},
        "_embedded": {"user": {"id": user.id, "name": user.name}},
    }
