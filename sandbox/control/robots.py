"""`/sandbox/calls`, `/sandbox/phones` and `/sandbox/users`: robots and what they do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.account.store import Account, Application
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.control.voices import read_voice, robot_answer
from sandbox.endpoints.robots import Robot, Robots, speak
from sandbox.fields import Fields, read_object
from sandbox.legs.leg import Leg
from sandbox.problems import conflict, not_found

DIGITS = re.compile(r"[0-9*#]{1,100}")


@dataclass(frozen=True)
class KeyPress:
    """Keys a robot caller presses so many seconds after its call began."""

    after: float
    digits: str


class RobotsApi:
    """Robot callers, and robots that answer."""

    def __init__(self, account: Account, calls: Calls, robots: Robots, clock: Clock) -> None:
        self.account = account
        self.calls = calls
        self.robots = robots
        self.clock = clock

    def routes(self) -> list[web.RouteDef]:
        call = "/sandbox/calls/{uuid}"
        return [
            web.post("/sandbox/calls", self.create),
            web.get(call, self.show),
            web.get(f"{call}/heard.wav", self.heard),
            web.post(f"{call}/dtmf", self.press),
            web.post(f"{call}/hangup", self.hang_up),
            web.post(f"{call}/lose", self.lose),
            web.post("/sandbox/phones", self.set_phone),
            web.post("/sandbox/users/{name}", self.set_user),
        ]

    async def create(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        body.only("from", "to", "audio", "patience", "script")
        caller, called = body.text("from"), body.text("to")
        application = self._application(body, called)
        patience = body.number("patience", 0, 86_400, 60)
        script = _read_script(body)
        voice = await read_voice(body)
        leg = self.calls.arrive(application, "phone", caller, called)
        speak(leg, voice)
        leg.tasks.spawn(self._press_all(leg, script))
        if patience:
            leg.tasks.spawn(self._lose_patience(leg, patience))
        return web.json_response({"uuid": leg.uuid}, status=201)

    async def show(self, request: web.Request) -> web.Response:
        leg = self._find(request)
        heard = leg.port.ear.level()
        body: dict[str, Any] = {
            "status": "completed" if leg.over else leg.status,
            "conversation": leg.conversation_id,
            "playing": leg.player.playing,
            "recording": leg.recording,
            "heard": {
                "rms": round(heard.rms, 4),
                "peak_hz": None if heard.peak_hz is None else round(heard.peak_hz, 1),
                "since_ms": heard.since_ms,
            },
            "spoken": leg.spoken,
            "text_heard": leg.heard_texts,
        }
        return web.json_response(body)

    async def heard(self, request: web.Request) -> web.Response:
        leg = self._find(request)
        seconds = Fields({"seconds": _number(request.query.get("seconds", "10"))})
        wav = leg.port.ear.wav(seconds.number("seconds", 0.02, 60))
        return web.Response(body=wav, content_type="audio/wav")

    async def press(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        body.only("digits")
        digits = body.text("digits", longest=100)
        if not DIGITS.fullmatch(digits):
            raise body.refuse("digits", "must be of 0-9, * and #.")
        self.calls.interpreter.press(self._live(request), digits)
        return web.Response(status=204)

    async def hang_up(self, request: web.Request) -> web.Response:
        self.calls.switch.end(self._live(request), "user")
        return web.Response(status=204)

    async def lose(self, request: web.Request) -> web.Response:
        """The far end is gone without a word."""
        self.calls.switch.end(self._live(request), "platform")
        return web.Response(status=204)

    async def set_phone(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        body.only("number", "answer", "audio")
        number = body.text("number", longest=50)
        self.robots.phones[number] = await self._robot(body)
        return web.json_response({"number": number} | self.robots.phones[number].shown())

    async def set_user(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        body.only("answer", "audio")
        name = request.match_info["name"]
        self.robots.users[name] = await self._robot(body)
        return web.json_response({"name": name} | self.robots.users[name].shown())

    async def _robot(self, body: Fields) -> Robot:
        return Robot(robot_answer(body), self.clock, await read_voice(body))

    def _application(self, body: Fields, called: str) -> Application:
        application = self.account.application_of(called)
        if application is None:
            raise body.refuse("to", "must be a number of the account, linked to an application.")
        return application

    def _find(self, request: web.Request) -> Leg:
        leg = self.calls.switch.legs.get(request.match_info["uuid"])
        if leg is None:
            raise not_found("There is no leg with that uuid.")
        return leg

    def _live(self, request: web.Request) -> Leg:
        leg = self._find(request)
        if leg.over:
            raise conflict("The leg has ended.")
        return leg

    async def _press_all(self, leg: Leg, script: list[KeyPress]) -> None:
        passed = 0.0
        for press in script:
            await self.clock.sleep(press.after - passed)
            passed = press.after
            self.calls.interpreter.press(leg, press.digits)

    async def _lose_patience(self, leg: Leg, seconds: float) -> None:
        """Hang up, unless somebody can be talked to by then."""
        await self.clock.sleep(seconds)
        conversation = leg.conversation
        talking = conversation and conversation.room.started and len(conversation.legs) > 1
        if not talking:
            self.calls.switch.end(leg, "user")


def _read_script(body: Fields) -> list[KeyPress]:
    presses = []
    for place, step in enumerate(body.array("script", [])):
        if not isinstance(step, dict):
            raise body.refuse(f"script[{place}]", "must be an object.")
        fields = Fields(step, f"script[{place}]")
        fields.only("after_ms", "dtmf")
        digits = fields.text("dtmf", longest=100)
        if not DIGITS.fullmatch(digits):
            raise fields.refuse("dtmf", "must be of 0-9, * and #.")
        presses.append(KeyPress(fields.number("after_ms", 0, 86_400_000) / 1000, digits))
    return sorted(presses, key=lambda press: press.after)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
