"""`/sandbox/phone/calls`: a browser is the caller's phone, with its microphone and loudspeaker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiohttp import web

from sandbox.account.store import Account, Application
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.fields import Fields, read_object
from sandbox.legs.leg import Leg, new_uuid
from sandbox.media.mixer import Port
from sandbox.media.webrtc import BrowserSound
from sandbox.tasks import Tasks

LONGEST_OFFER = 100_000
PATIENCE = 5.0
SOUND_IN = 10.0  # seconds from the call to its sound


@dataclass(frozen=True)
class Line:
    """A call from a browser; `page` is the name its page gave itself, or empty."""

    leg: Leg
    page: str


class PhonesApi:
    """Calls from browsers: they end as by their caller when the browser is gone, or never there.

    `lines` are kept by the leg's uuid for as long as the switch remembers the leg.
    """

    def __init__(self, account: Account, calls: Calls, clock: Clock) -> None:
        self.account = account
        self.calls = calls
        self.clock = clock
        self.lines: dict[str, Line] = {}
        self._watching: Counter[str] = Counter()
        self._tasks = Tasks("the browsers' phones")

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/sandbox/phone/calls", self.call)]

    async def call(self, request: web.Request) -> web.Response:
        """A call begins: nobody is rung for an offer that cannot be answered."""
        body = await read_object(request)
        body.only("from", "to", "offer", "page")
        caller, called = body.text("from"), body.text("to")
        application = self._application(body, called)
        offer, page = body.text("offer", longest=LONGEST_OFFER), body.text("page", "", longest=50)
        port = Port(new_uuid("phone", "inbound"))
        sound = BrowserSound(port, lambda: self._hang_up(port.id))
        try:
            answer = await sound.answer(offer)
        except ValueError:
            await sound.close()
            sentence = "must be the SDP of a browser's audio offer."
            raise body.refuse("offer", sentence) from None
        leg = self.calls.arrive(application, "phone", caller, called, port=port)
        known = self.calls.switch.legs
        self.lines = {uuid: line for uuid, line in self.lines.items() if uuid in known}
        self.lines[leg.uuid] = Line(leg, page)
        self._tasks.spawn(self._close_at_end(leg, sound))
        leg.tasks.spawn(self._hang_up_unless_heard(leg, sound))
        return web.json_response({"uuid": leg.uuid, "answer": answer}, status=201)

    @contextmanager
    def watched_by(self, page: str) -> Iterator[None]:
        """While this lasts the page is there; 5 s after the last such time its calls end."""
        self._watching[page] += 1
        try:
            yield
        finally:
            self._watching[page] -= 1
            if not self._watching[page]:
                del self._watching[page]
                self._tasks.spawn(self._hang_up_unless_back(page))

    async def close(self) -> None:
        """End the sound of all calls."""
        await self._tasks.settle()

    def _application(self, body: Fields, called: str) -> Application:
        application = self.account.application_of(called)
        if application is None:
            raise body.refuse("to", "must be a number of the account, linked to an application.")
        return application

    def _hang_up(self, uuid: str) -> None:
        """The browser is gone: to the far side that is a caller who hung up."""
        if uuid in self.lines:
            self.calls.switch.end(self.lines[uuid].leg, "user")

    async def _close_at_end(self, leg: Leg, sound: BrowserSound) -> None:
        try:
            await leg.ended.wait()
        finally:
            await sound.close()

    async def _hang_up_unless_heard(self, leg: Leg, sound: BrowserSound) -> None:
        """A connection that never comes about is never lost either."""
        await self.clock.sleep(SOUND_IN)
        if not sound.connected.is_set():
            self._hang_up(leg.uuid)

    async def _hang_up_unless_back(self, page: str) -> None:
        await self.clock.sleep(PATIENCE)
        if not page or self._watching[page]:
            return
        for uuid in [uuid for uuid, line in self.lines.items() if line.page == page]:
            self._hang_up(uuid)
