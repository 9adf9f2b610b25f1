"""A call's way so far, told to one of its agents in sentences."""

from collections.abc import Callable, Sequence
from typing import Any

from calls.models import Call, CallEvent, Offer, Queue
from calls.selectors.choices import choice, key_of
from calls.states import FailCause, HungUpBy, OfferState
from contactcenter.durations import length
from contactcenter.vonage import numbers

STOPS_WAITING = {"connected", "gave_up", "ended"}
STOPS_TALKING = {"agent_lost", "ended"}
ENDED = {
    HungUpBy.CUSTOMER: "The caller hung up",
    HungUpBy.SUPERVISOR: "A supervisor ended the call",
    HungUpBy.SYSTEM: "The call came to its end",
    HungUpBy.PLATFORM: "The caller's line broke off",
}
LOST = (OfferState.MISSED, OfferState.FAILED)
FAILED = {
    FailCause.UNREACHABLE: "could not be reached",
    FailCause.DEVICE: "the device refused",
    FailCause.PLATFORM: "could not be connected",
    FailCause.MEDIA: "microphone or sound failed",
}

Step = dict[str, Any]


def steps_of(call: Call, offers: Sequence[Offer], *, agent_id: int) -> list[Step]:
    """In order of time, each with `at`, `seg` (its colour) and `text`."""
    return _Teller(call, offers, agent_id).steps()


class _Teller:
    def __init__(self, call: Call, offers: Sequence[Offer], agent_id: int) -> None:
        self._call = call
        self._events = list(call.events.order_by("version"))
        self._offers = {offer.id: offer for offer in offers}
        self._people = {
            offer.agent_id: "you" if offer.agent_id == agent_id else str(offer.agent)
            for offer in offers
        }
        asked = {event.data.get("queue") for event in self._events if event.type == "enqueued"}
        self._queues = dict(Queue.objects.filter(id__in=asked - {None}).values_list("id", "name"))

    def steps(self) -> list[Step]:
        tell: dict[str, Callable[[CallEvent], tuple[str, str]]] = {
            "received": self._received,
            "pressed": self._pressed,
            "enqueued": self._enqueued,
            "offered": self._offered,
            "connected": self._connected,
            "agent_lost": self._lost,
            "gave_up": lambda event: ("queue", "Nobody was free in time"),
            "ended": self._ended,
        }
        told = [
            (event.at, *tell[event.type](event)) for event in self._events if event.type in tell
        ]
        return [{"at": at, "seg": seg, "text": text} for at, seg, text in told]

    def _received(self, event: CallEvent) -> tuple[str, str]:
        called = numbers.shown(self._call.to_number) or self._call.to_number
        return "flow", f"Called {called}"

    def _pressed(self, event: CallEvent) -> tuple[str, str]:
        node, digits = key_of(event)
        known = (
            choice(self._call.flow_version_id, node, digits) if self._call.flow_version_id else ""
        )
        return "flow", f"Pressed {known or digits or 'no key'}"

    def _enqueued(self, event: CallEvent) -> tuple[str, str]:
        name = self._queues.get(event.data.get("queue"))
        place = f"in {name}" if name else f"for {self._person(event)}"
        waited = self._until(event, STOPS_WAITING)
        return "queue", f"Waited {place} for {waited}" if waited else f"Waiting {place}"

    def _offered(self, event: CallEvent) -> tuple[str, str]:
        offer = self._offers[event.data["offer"]]
        seg = "lost" if offer.state in LOST else "offer"
        return seg, f"Offered to {self._person(event)}{_answer(offer)}"

    def _connected(self, event: CallEvent) -> tuple[str, str]:
        talked = self._until(event, STOPS_TALKING)
        who = self._person(event)
        return "talk", f"Talked with {who} for {talked}" if talked else f"Talking with {who}"

    def _lost(self, event: CallEvent) -> tuple[str, str]:
        return "lost", f"The connection to {self._person(event)} was lost; the caller waits again"

    def _ended(self, event: CallEvent) -> tuple[str, str]:
        by = self._call.hung_up_by
        if by == HungUpBy.AGENT:
            who = self._people.get(self._call.agent_id or 0, "The agent")
            return "wrap", f"{who[0].upper()}{who[1:]} ended the call"
        return "wrap", ENDED[HungUpBy(by)]

    def _person(self, event: CallEvent) -> str:
        return self._people.get(event.data.get("agent"), "an agent")

    def _until(self, event: CallEvent, kinds: set[str]) -> str:
        """How long it took until one of these; "" while it lasts."""
        later = (
            one.at for one in self._events if one.version > event.version and one.type in kinds
        )
        end = next(later, None)
        return length((end - event.at).total_seconds()) if end else ""


def _answer(offer: Offer) -> str:
    if offer.state == OfferState.PENDING or offer.ended_at is None:
        return ""
    after = length((offer.ended_at - (offer.dialled_at or offer.offered_at)).total_seconds())
    if offer.state == OfferState.FAILED:
        return f": {FAILED[FailCause(offer.cause)]}"
    words = {OfferState.RESCINDED: "withdrawn"}.get(OfferState(offer.state), offer.state)
    return f", {words} after {after}"
