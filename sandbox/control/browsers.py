"""`/sandbox/users/{name}/sdk`: a user's browsers, and what can happen to them."""

from __future__ import annotations

from aiohttp import web

from sandbox.fields import read_object
from sandbox.problems import not_found
from sandbox.sdk.calls import BrowserCall, BrowserCalls
from sandbox.sdk.sessions import Session, Sessions


class BrowsersApi:
    """Shows a user's sessions and calls; expires their tokens, drops their sockets and sound."""

    def __init__(self, sessions: Sessions, calls: BrowserCalls) -> None:
        self.sessions = sessions
        self.calls = calls

    def routes(self) -> list[web.RouteDef]:
        path = "/sandbox/users/{name}/sdk"
        return [web.get(path, self.show), web.post(path, self.harm)]

    async def show(self, request: web.Request) -> web.Response:
        """`sessions` are those with a socket."""
        there = [session for session in self._sessions(request) if session.line is not None]
        calls = [
            {
                "uuid": call.leg.uuid,
                "sound": call.sound.live,
                "underruns": call.sound.microphone.underruns,
                "dropped": call.sound.microphone.dropped,
            }
            for call in self._calls(request)
        ]
        return web.json_response({"sessions": len(there), "calls": calls})

    async def harm(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        body.only("expire_token", "drop_socket", "drop_media")
        expire, drop_socket = body.flag("expire_token"), body.flag("drop_socket")
        drop_media = body.flag("drop_media")
        for session in self._sessions(request):
            if expire:
                self.sessions.expire(session)
            if drop_socket and session.line is not None:
                session.line.drop()
        for call in self._calls(request) if drop_media else []:
            self.calls.drop_sound(call)
        return web.Response(status=204)

    def _sessions(self, request: web.Request) -> list[Session]:
        found = self.sessions.named(request.match_info["name"])
        if not found:
            raise not_found("The user has no session.")
        return found

    def _calls(self, request: web.Request) -> list[BrowserCall]:
        name = request.match_info["name"]
        return [call for call in self.calls.by_leg.values() if call.user.name == name]
