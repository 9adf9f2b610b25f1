"""What browsers do with calls, as the Client SDK asks for it."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from aiohttp import web

from sandbox.audio import Audio
from sandbox.calls import Calls
from sandbox.clock import Clock, stamp
from sandbox.fields import Fields, read_object
from sandbox.legs.leg import Leg
from sandbox.media.sources import Clip
from sandbox.ncco.sound import audible
from sandbox.sdk.calls import BrowserCall, BrowserCalls
from sandbox.sdk.gate import USER
from sandbox.sdk.problems import Refusal, no_call
from sandbox.sdk.sessions import Session

EVENTS = {
    "audio:mute:on", "audio:mute:off", "audio:earmuff:on", "audio:earmuff:off", "audio:dtmf",
    "audio:say",
}  # fmt: skip
KNOCK = "KNO-"


class ActionsApi:
    """Answer, reject, hang up, call, reconnect; mute, earmuff, keys and speech."""

    def __init__(self, browsers: BrowserCalls, calls: Calls, audio: Audio, clock: Clock) -> None:
        self.browsers = browsers
        self.calls = calls
        self.audio = audio
        self.clock = clock

    def routes(self) -> list[web.RouteDef]:
        conversation = "/v0.3/conversations/{conversation}"
        member = "/conversations/{conversation}/members/{member}"
        return [
            web.put(f"/v0.3{member}", self.take),
            web.delete(f"/v0.2{member}", self.leave),
            web.post(f"{conversation}/rtc/{{call}}/answer", self.answer),
            web.post(f"{conversation}/rtc/{{call}}/offer", self.reconnect),
            web.post(f"{conversation}/events", self.event),
            web.post("/v0.3/legs", self.offer),
            web.post("/v0.3/knocking", self.knock),
            web.delete("/v0.3/knocking/{knock}", self.give_up),
        ]

    async def take(self, request: web.Request) -> web.Response:
        """The first of two steps of an answer: from now on no other browser can."""
        body = await read_object(request)
        call = self._of_member(request)
        self.browsers.take(call, self._session(request, body))
        return web.json_response({"id": request.match_info["member"]})

    async def answer(self, request: web.Request) -> web.Response:
        """The second step: where the sound goes."""
        body = await read_object(request)
        call = self._of_leg(request)
        if call.session is not self._session(request, body):
            raise Refusal(400, "rtc:error:invalid-state", "The call is not answered by you.")
        try:
            await call.sound.accept(body.object("body").text("answer", longest=100_000))
        except ValueError as error:
            raise Refusal(400, "rtc:error:invalid-sdp", str(error)) from None
        return web.json_response({"id": call.leg.uuid})

    async def leave(self, request: web.Request) -> web.Response:
        self.browsers.leave(self._of_member(request))
        return web.json_response({})

    async def reconnect(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        call = self._of_leg(request)
        session = self._session(request, body)
        sdp = body.object("body").object("offer").text("sdp", longest=100_000)
        await self.browsers.reconnect(call, session, sdp)
        return web.json_response({"id": call.leg.uuid})

    async def offer(self, request: web.Request) -> web.Response:
        """The first of two steps of a call: its sound."""
        body = await read_object(request)
        session = self._session(request, body)
        sdp = body.object("body").object("offer").text("sdp", longest=100_000)
        uuid, answer = await self.browsers.knock(request[USER], session, sdp)
        return web.json_response({"rtc_id": uuid, "sdp": answer})

    async def knock(self, request: web.Request) -> web.Response:
        """The second step: whom it is for is the application's to say."""
        body = await read_object(request)
        self._session(request, body)
        channel = body.object("channel")
        called, rest = _lifted(body.object("properties", {}).raw("custom_data", {}))
        uuid = channel.text("id")
        self.browsers.call(self.calls, request[USER], uuid, called, json.dumps(rest))
        return web.json_response({"id": f"{KNOCK}{uuid}"})

    async def give_up(self, request: web.Request) -> web.Response:
        uuid = request.match_info["knock"].removeprefix(KNOCK)
        self.browsers.leave(self.browsers.of_leg(request[USER], uuid))
        return web.json_response({})

    async def event(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        word = body.choice("type", EVENTS)
        leg = self.browsers.of_member(request[USER], body.text("from")).leg
        if leg.conversation is None:
            raise no_call()
        said = await self._do(leg, word, body.object("body"))
        reply: dict[str, Any] = {"id": leg.conversation.events, "type": word}
        reply |= {"timestamp": stamp(self.clock.now()), "body": said}
        return web.json_response(reply)

    async def _do(self, leg: Leg, word: str, body: Fields) -> dict[str, Any]:
        match word.split(":"):
            case ["audio", "mute", switch]:
                self.calls.switch.mute(leg, switch == "on")
            case ["audio", "earmuff", switch]:
                self.calls.switch.earmuff(leg, switch == "on")
            case ["audio", "dtmf"]:
                self.calls.interpreter.press(leg, body.text("digit", longest=100))
            case _:
                return await self._say(leg, body)
        return body.body

    async def _say(self, leg: Leg, body: Fields) -> dict[str, Any]:
        """All in the conversation hear it."""
        text = body.text("text", longest=1500)
        loop, level = body.whole("loop", 0, 10_000, 1), body.whole("level", -1, 1, 0)
        samples = audible(await self.audio.speech(text, "en-US"))
        for hearer in list(leg.conversation.legs.values()) if leg.conversation else []:
            hearer.player.start(f"talk:{text}", Clip(samples, loop=loop, level=level))
            hearer.spoken.append(text)
        return {"say_id": str(uuid4()), "text": text, "level": level, "loop": loop}

    def _session(self, request: web.Request, body: Fields) -> Session:
        session = self.browsers.sessions.by_id.get(body.text("originating_session"))
        if session is None or session.user.id != request[USER].id:
            raise Refusal(404, "session:error:not-found", "There is no session with that id.")
        return session

    def _of_member(self, request: web.Request) -> BrowserCall:
        return self.browsers.of_member(request[USER], request.match_info["member"])

    def _of_leg(self, request: web.Request) -> BrowserCall:
        return self.browsers.of_leg(request[USER], request.match_info["call"])


def _lifted(context: Any) -> tuple[str, dict[str, Any]]:
    """`to` of what the browser sent along goes to the top, the rest stays together."""
    rest = dict(context) if isinstance(context, dict) else {}
    return str(rest.pop("to", None) or ""), rest
