"""`/v1/calls/{uuid}/talk`, `/stream`, `/dtmf` and `/input/dtmf`."""

from __future__ import annotations

import re

from aiohttp import web

from sandbox.account.store import Account
from sandbox.audio import Audio
from sandbox.fields import read_object
from sandbox.legs.leg import Leg
from sandbox.media.frames import Frame
from sandbox.media.sources import Clip
from sandbox.ncco.sound import audible
from sandbox.problems import bad_request
from sandbox.voice.api import LegFinder
from sandbox.voice.bodies import read_level
from sandbox.webhooks.hooks import own_event_hook

DIGITS = re.compile(r"[0-9*#p]+")


class PlayingApi:
    """What is played to one leg by REST; a second prompt must wait until the first is over."""

    def __init__(self, account: Account, audio: Audio, finder: LegFinder) -> None:
        self.account = account
        self.audio = audio
        self.finder = finder

    def routes(self) -> list[web.RouteDef]:
        call = "/v1/calls/{uuid}"
        return [
            web.put(f"{call}/talk", self.talk),
            web.delete(f"{call}/talk", self.stop_talk),
            web.put(f"{call}/stream", self.stream),
            web.delete(f"{call}/stream", self.stop_stream),
            web.put(f"{call}/dtmf", self.dtmf),
            web.put(f"{call}/input/dtmf", self.listen),
            web.delete(f"{call}/input/dtmf", self.stop_listening),
        ]

    async def talk(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        text = body.text("text", longest=1500)
        loop, level = body.whole("loop", 0, 10_000, 1), read_level(body)
        leg = self._quiet(request)
        samples = await self.audio.speech(text, body.text("language", "en-US"))
        self._play(leg, f"talk:{text}", samples, loop, level)
        leg.spoken.append(text)
        return _said("Talk started", leg)

    async def stream(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        url = body.url("stream_url")
        loop, level = body.whole("loop", 0, 10_000, 1), read_level(body)
        leg = self._quiet(request)
        samples = await self.audio.file(url)
        self._play(leg, f"stream:{url}", samples, loop, level)
        return _said("Stream started", leg)

    async def stop_talk(self, request: web.Request) -> web.Response:
        leg = self._stop(request, "talk:")
        return _said("Talk stopped", leg)

    async def stop_stream(self, request: web.Request) -> web.Response:
        leg = self._stop(request, "stream:")
        return _said("Stream stopped", leg)

    async def dtmf(self, request: web.Request) -> web.Response:
        """Keys towards the far end; robots do not listen to them."""
        body = await read_object(request)
        if not DIGITS.fullmatch(body.text("digits", longest=100)):
            raise body.refuse("digits", "must be of 0-9, *, # and p.")
        return _said("DTMF sent", self.finder.answered(request))

    async def listen(self, request: web.Request) -> web.Response:
        """Send the keys of an asynchronous input to another URL."""
        body = await read_object(request)
        leg = self.finder.answered(request)
        if leg.key_listener is None:
            raise bad_request("No asynchronous input is running on this call.")
        application = self.account.applications[leg.application_id]
        leg.key_listener = own_event_hook(application, body.url("event_url"), "POST")
        return web.json_response({})

    async def stop_listening(self, request: web.Request) -> web.Response:
        self.finder.answered(request).key_listener = None
        return web.json_response({})

    def _quiet(self, request: web.Request) -> Leg:
        leg = self.finder.answered(request)
        if leg.player.prompt is not None:
            raise bad_request("A talk or stream is playing on this call: stop it first.")
        return leg

    def _play(self, leg: Leg, label: str, samples: Frame, loop: int, level: float) -> None:
        if not leg.over:
            leg.player.start(label, Clip(audible(samples), loop=loop, level=level))

    def _stop(self, request: web.Request, prefix: str) -> Leg:
        leg = self.finder.answered(request)
        if (leg.player.prompt is not None) and (leg.player.playing or "").startswith(prefix):
            leg.player.stop()
        return leg


def _said(message: str, leg: Leg) -> web.Response:
    return web.json_response({"message": message, "uuid": leg.uuid})
