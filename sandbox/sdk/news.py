"""Tells browsers what happens to their calls, and to the other legs of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.clock import Clock
from sandbox.legs.conversations import Membership
from sandbox.legs.events import Outcome
from sandbox.legs.leg import Leg
from sandbox.sdk import events
from sandbox.sdk.calls import BrowserCall, BrowserCalls


class News:
    """A watcher of the switch."""

    def __init__(self, calls: BrowserCalls, clock: Clock) -> None:
        self.calls = calls
        self.clock = clock

    def began(self, leg: Leg) -> None:
        """A browser that calls learns only now that there is a call."""
        call = self.calls.by_leg.get(leg.uuid)
        if call is not None and not call.joined:
            self.calls.join(call)

    def reached(self, leg: Leg) -> None:
        for call in self._present(leg):
            if call.leg is not leg and leg.membership is not None:
                event = events.status(leg, leg.membership, self.clock.now())
                if event is not None:
                    self.calls.tell(call, event)

    def moved(self, leg: Leg, old: Membership, new: Membership) -> None:
        """The transfer comes first: of a conversation it does not know the SDK hears nothing."""
        call = self.calls.by_leg.get(leg.uuid)
        if call is None or not call.joined:
            return
        self.calls.tell(call, events.transfer(leg, old, new, self.clock.now()))
        self.calls.join(call)
        self.calls.tell(call, events.left(leg, old, None, self.clock.now()))

    def muted(self, leg: Leg) -> None:
        self._echo(leg, "audio:mute", leg.muted)

    def earmuffed(self, leg: Leg) -> None:
        self._echo(leg, "audio:earmuff", leg.earmuffed)

    def pressed(self, leg: Leg, digits: str) -> None:
        body = {"digit": digits, "channel": {"id": leg.uuid, "type": leg.kind}}
        self._tell_present(leg, "audio:dtmf", body)

    def ended(self, leg: Leg, membership: Membership, by: str, outcome: Outcome | None) -> None:
        """That it left comes first: the SDK takes the reason from there."""
        call = self.calls.by_leg.get(leg.uuid)
        if call is None:
            return
        now = self.clock.now()
        self.calls.tell(call, events.left(leg, membership, outcome, now))
        self.calls.tell(call, events.hangup(leg, membership, by, outcome, now))
        self.calls.ended(call)

    def _echo(self, leg: Leg, word: str, on: bool) -> None:
        self._tell_present(leg, f"{word}:{'on' if on else 'off'}", {"rtc_id": leg.uuid})

    def _tell_present(self, leg: Leg, word: str, body: dict[str, Any]) -> None:
        for call in self._present(leg):
            if leg.membership is not None:
                event = events.event(word, leg, leg.membership, body, self.clock.now())
                self.calls.tell(call, event)

    def _present(self, leg: Leg) -> Iterator[BrowserCall]:
        """The calls in a browser that are in the leg's conversation, its own among them."""
        for uuid in leg.conversation.legs if leg.conversation else ():
            call = self.calls.by_leg.get(uuid)
            if call is not None and call.joined:
                yield call
