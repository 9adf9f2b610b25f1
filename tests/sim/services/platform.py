"""A Vonage in memory: legs, NCCOs in virtual time, and webhooks with their bad days.

It knows nothing of our rows. What it saw is what the checks believe: which legs were dialled, what
every webhook was answered, in which rooms people were.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from tests.sim.scenario import Faults
from tests.sim.services.clock import Clock

SPEECH = 1.0  # seconds of any talk
LINE = 0.05  # seconds that a webhook travels
AGAIN = 1.0  # seconds after which Vonage asks once more
TRIES = 6  # more patient than the real one: a caller whose answer never comes is no caller
ALIVE = ("started", "ringing", "answered")


@dataclass
class PlatformLeg:
    """One connection, as Vonage sees it."""

    uuid: str
    kind: str  # customer (calls us), app, phone (we call them)
    who: str
    events: str  # path of the event webhook
    answer: str  # path of the answer webhook
    status: str = "started"
    ncco: list[dict[str, Any]] = field(default_factory=list)
    doing: dict[str, Any] = field(default_factory=dict)
    epoch: int = 0  # grows with every new NCCO: what an old one planned is void
    room: str = ""
    heard: list[str] = field(default_factory=list)
    at: float = 0.0

    @property
    def is_live(self) -> bool:
        return self.status in ALIVE


Send = Callable[[str, bytes], tuple[int, Any]]  # path, body → status, reply


class Platform:
    """The legs, and what happens on them. People are told by `on_*`, which a floor sets."""

    def __init__(self, clock: Clock, faults: Faults, *, seed: int, skew: float) -> None:
        self.clock, self.faults, self._skew = clock, faults, skew
        self._dice = random.Random(f"{seed}/platform")  # noqa: S311
        self.legs: dict[str, PlatformLeg] = {}
        self.replies: dict[tuple[str, bytes], Any] = {}
        self.dialled: dict[str, int] = {}
        self.problems: list[str] = []
        self.deliver: Send = lambda path, body: (200, None)
        self.on_ring: Callable[[PlatformLeg], None] = lambda leg: None
        self.on_ask: Callable[[PlatformLeg, dict[str, Any]], None] = lambda leg, action: None
        self.on_room: Callable[[PlatformLeg], None] = lambda leg: None
        self.on_gone: Callable[[PlatformLeg], None] = lambda leg: None
        self._numbers = iter(range(1, 10**9))

    # Legs -----------------------------------------------------------------------------------

    def call_in(self, *, number: str, to: str) -> PlatformLeg:
        """Somebody dials one of our numbers."""
        leg = PlatformLeg(self._uuid(), "customer", number, "/webhooks/event", "/webhooks/answer")
        leg.at = self.clock.seconds
        self.legs[leg.uuid] = leg
        self.say(leg, "started")
        self.say(leg, "ringing")
        self.clock.after(LINE, lambda: self._ask_answer(leg, to=to))
        return leg

    def answer(self, leg: PlatformLeg) -> None:
        """Whoever is rung picks up."""
        if leg.status == "ringing":
            self._ask_answer(leg, to=leg.who)

    def end(self, leg: PlatformLeg, status: str = "completed", *, by: str = "user") -> None:
        """The leg ends: with a status of its own and then `completed`, as Vonage does."""
        if not leg.is_live:
            return
        was, leg.status, leg.room = leg.status, "completed", ""
        leg.epoch += 1
        extra = {"disconnected_by": by, "duration": "7", "rate": "0.01", "price": "0.002"}
        if was == "answered":
            self.say(leg, "completed", **extra, start_time=self._stamp(leg.at))
        else:
            if status != "completed":
                self.say(leg, status, sip_code=486 if status == "busy" else 480)
            self.say(leg, "completed", **extra)
        self.on_gone(leg)

    def dial(self, body: dict[str, Any]) -> PlatformLeg:
        """We have a leg dialled; it rings a moment later, for as long as we asked."""
        to, answer = body["to"][0], urlsplit(body["answer_url"][0]).path
        key = answer.rsplit("/", 1)[1]
        self.dialled[key] = self.dialled.get(key, 0) + 1
        who, events = to.get("user") or to.get("number", ""), urlsplit(body["event_url"][0]).path
        leg = PlatformLeg(self._uuid(), to["type"], who, events, answer, at=self.clock.seconds)
        self.legs[leg.uuid] = leg
        self.say(leg, "started")
        self.clock.after(0.2, lambda: self._rings(leg, body.get("ringing_timer", 60)))
        return leg

    def _rings(self, leg: PlatformLeg, seconds: float) -> None:
        if leg.status == "started":
            leg.status = "ringing"
            self.say(leg, "ringing")
            self.on_ring(leg)
            self.clock.after(seconds, lambda: self._times_out(leg))

    def _times_out(self, leg: PlatformLeg) -> None:
        if leg.status == "ringing":
            self.end(leg, "unanswered", by="platform")

    def _uuid(self) -> str:
        return f"{next(self._numbers):08x}-0000-4000-8000-000000000000"

    # Webhooks -------------------------------------------------------------------------------

    def say(self, leg: PlatformLeg, status: str, **extra: Any) -> None:
        """An event webhook: may come twice, late, out of order, or never."""
        faults, dice = self.faults, self._dice
        body = {
            "status": status, "uuid": leg.uuid, "conversation_uuid": f"CON-{leg.uuid[:8]}",
            "from": "447700900001", "to": "442079460000", "direction": "inbound",
            "timestamp": self._stamp(self.clock.seconds), **extra,
        }  # fmt: skip
        if dice.random() < faults.drop:
            return
        delay = LINE
        if dice.random() < faults.reorder:
            delay = dice.uniform(0, faults.reorder_seconds)
        self._post(leg.events, body, delay)
        if dice.random() < faults.duplicate:
            self._post(leg.events, body, delay + dice.uniform(0, 5))

    def ask(self, path: str, body: dict[str, Any], use: Callable[[Any], None]) -> None:
        """A webhook whose reply is wanted: asked again until there is one, sometimes twice."""
        raw = json.dumps(body).encode()
        self._ask(path, raw, use, tries=1)
        if self._dice.random() < self.faults.duplicate:
            self.clock.after(self._dice.uniform(0, 5), lambda: self._deliver(path, raw))

    def _ask(self, path: str, raw: bytes, use: Callable[[Any], None], *, tries: int) -> None:
        def now() -> None:
            status, reply = self._deliver(path, raw)
            if status in (200, 204):
                use(reply)
            elif tries < TRIES:
                self.clock.after(AGAIN, lambda: self._ask(path, raw, use, tries=tries + 1))
            else:
                self.problems.append(f"{path} was answered {status} {tries} times")

        self.clock.after(LINE, now)

    def _post(self, path: str, body: dict[str, Any], delay: float) -> None:
        raw = json.dumps(body).encode()

        def now(tries: int = 1) -> None:
            status, _ = self._deliver(path, raw)
            if status >= 400 and tries < TRIES:
                self.clock.after(AGAIN, lambda: now(tries + 1))

        self.clock.after(delay, now)

    def _deliver(self, path: str, raw: bytes) -> tuple[int, Any]:
        """One webhook at our door. The same again must be answered the same."""
        status, reply = self.deliver(path, raw)
        if status in (200, 204):
            first = self.replies.setdefault((path, raw), reply)
            if first != reply:
                self.problems.append(f"{path} was answered {first}, and the same again {reply}")
        return status, reply

    def _ask_answer(self, leg: PlatformLeg, *, to: str) -> None:
        if not leg.is_live:
            return
        body = {
            "from": leg.who, "to": to, "uuid": leg.uuid, "endpoint_type": "phone",
            "conversation_uuid": f"CON-{leg.uuid[:8]}", "region_url": "http://vonage.test",
        }  # fmt: skip

        def use(reply: Any) -> None:
            if leg.is_live:
                leg.status = "answered"
                self.say(leg, "answered")
                self.run(leg, reply or [])

        self.ask(leg.answer, body, use)

    def _stamp(self, seconds: float) -> str:
        shown = self.clock.now + timedelta(seconds=seconds - self.clock.seconds + self._skew)
        return shown.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    # NCCOs ----------------------------------------------------------------------------------

    def run(self, leg: PlatformLeg, ncco: list[dict[str, Any]]) -> None:
        """Begin this NCCO; whatever ran before is over."""
        leg.epoch += 1
        leg.ncco, leg.room, leg.doing = list(ncco), "", {}
        self._next(leg, leg.epoch)

    def _next(self, leg: PlatformLeg, epoch: int) -> None:
        if leg.epoch != epoch or not leg.is_live:
            return
        if not leg.ncco:
            self.end(leg, by="platform")
            return
        leg.doing = action = leg.ncco.pop(0)
        if action["action"] == "talk":
            leg.heard.append(action["text"])
            self.clock.after(SPEECH, lambda: self._next(leg, epoch))
        elif action["action"] in {"input", "record"}:
            self.on_ask(leg, action)
        elif action["action"] == "notify":
            self._notify(leg, action, epoch)
        elif action["action"] == "conversation":
            leg.room = action["name"]
            self.on_room(leg)
        else:
            self.problems.append(f"an NCCO holds {action['action']}")

    def _notify(self, leg: PlatformLeg, action: dict[str, Any], epoch: int) -> None:
        body = {
            "payload": {}, "conversation_uuid": f"CON-{leg.uuid[:8]}",
            "timestamp": self._stamp(self.clock.seconds),
        }  # fmt: skip
        path = urlsplit(action["eventUrl"][0]).path
        self.ask(path, body, lambda reply: self._go_on(leg, epoch, reply))

    def _go_on(self, leg: PlatformLeg, epoch: int, reply: Any) -> None:
        if leg.epoch == epoch and leg.is_live:
            self.run(leg, reply) if reply is not None else self._next(leg, epoch)

    def press(self, leg: PlatformLeg, action: dict[str, Any], digits: str) -> None:
        """The person answers the question of this action, or does not ("")."""
        if leg.doing is not action or not leg.is_live:
            return
        body = {
            "dtmf": {"digits": digits or None, "timed_out": not digits}, "uuid": leg.uuid,
            "conversation_uuid": f"CON-{leg.uuid[:8]}", "from": leg.who, "to": "442079460000",
            "timestamp": self._stamp(self.clock.seconds),
        }  # fmt: skip
        epoch = leg.epoch
        path = urlsplit(action["eventUrl"][0]).path
        self.ask(path, body, lambda reply: self._go_on(leg, epoch, reply))

    def record(self, leg: PlatformLeg, action: dict[str, Any], seconds: float) -> None:
        """The person has spoken after the tone for so long."""
        if leg.doing is not action or not leg.is_live:
            return
        end = self.clock.seconds
        body = {
            "recording_url": f"http://vonage.test/v1/files/{leg.uuid}",
            "recording_uuid": leg.uuid, "size": int(seconds * 2000),
            "start_time": self._stamp(end - seconds), "end_time": self._stamp(end),
            "conversation_uuid": f"CON-{leg.uuid[:8]}", "timestamp": self._stamp(end),
        }  # fmt: skip
        path, epoch = urlsplit(action["eventUrl"][0]).path, leg.epoch
        self.ask(path, body, lambda reply: None)
        self.clock.after(LINE, lambda: self._next(leg, epoch))
