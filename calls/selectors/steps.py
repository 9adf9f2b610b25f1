"""A call's way so far, told to one of its agents in sentences."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from calls.models import Call, CallEvent, Offer, Queue
from calls.selectors.choices import choice, key_of
from calls.selectors.step_words import (
    ABOUT,
    ENDED,
    FAILED,
    NOT_REACHED,
    PLAIN,
    SENT_BECAUSE,
    SENT_TO,
    SUPERVISED,
    SWAPPED,
)
from calls.states import FailCause, HungUpBy, OfferState
from contactcenter.durations import length
from contactcenter.vonage import numbers
from ivr.models import Flow

STOPS_WAITING = {
    *("connected", "gave_up", "sent_on", "voicemail"),
    *("callback_expired", "callback_cancelled", "ended"),
}
STOPS_TALKING = {"agent_lost", "transferred", "completed", "taken_over", "ended"}
STOPS_HOLDING = {
    *("resumed", "hold_failed", "swapped", "merged", "completed", "consult_cancelled"),
    *("transferred", "agent_lost", "ended"),
}
LOST = (OfferState.MISSED, OfferState.FAILED)
Step = dict[str, Any]


def steps_of(
    call: Call, offers: Sequence[Offer], *, agent_id: int, tells_all: bool = False
) -> list[Step]:
    """In order of time, each with `at`, `seg` (its colour), `text`, and `by`: who, and why.

    `tells_all`: also of those who listened without the agents' being told.
    """
    return _Teller(call, offers, agent_id, tells_all=tells_all).steps()


class _Teller:
    def __init__(
        self, call: Call, offers: Sequence[Offer], agent_id: int, *, tells_all: bool
    ) -> None:
        self._call = call
        self._tells_all = tells_all
        # No more than the call's row, as it was read, knows of: it may have gone on since.
        self._events = list(call.events.filter(version__lte=call.version).order_by("version"))
        self._offers = {offer.id: offer for offer in offers}
        self._people = {
            offer.agent_id: "you" if offer.agent_id == agent_id else str(offer.agent)
            for offer in offers
        }
        self._queues = self._names(Queue, "queue", {"enqueued", *ABOUT})
        self._flows = self._names(Flow, "flow", ABOUT)

    def _names(self, model: type[Queue | Flow], key: str, kinds: Collection[str]) -> dict[int, str]:
        """By id: what the events of these kinds speak of by this key."""
        ids = {event.data.get(key) for event in self._events if event.type in kinds} - {None}
        return dict(model._default_manager.filter(id__in=ids).values_list("id", "name"))

    def steps(self) -> list[Step]:
        tell: dict[str, Callable[[CallEvent], tuple[str, str]]] = {
            "received": self._received,
            "pressed": self._pressed,
            "enqueued": self._enqueued,
            "offered": self._offered,
            "connected": self._connected,
            "agent_lost": self._lost,
            "sent_on": self._sent_on,
            "callback_accepted": self._callback_accepted,
            "connect_asked": self._connect_asked,
            "held": self._held,
            "swapped": self._swapped,
            "not_reached": self._not_reached,
            "begun": self._begun,
            "survey_answered": self._survey_answered,
            **dict.fromkeys(SUPERVISED, self._supervised),
            **dict.fromkeys(ABOUT, self._about),
            "ended": self._ended,
        }
        told = [
            (event, tell[event.type](event) if event.type in tell else PLAIN[event.type])
            for event in self._events
            if (event.type in tell or event.type in PLAIN) and self._may_be_told(event)
        ]
        return [
            {"at": event.at, "seg": seg, "text": text, "by": _by(event, text)}
            for event, (seg, text) in told
        ]

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

    def _sent_on(self, event: CallEvent) -> tuple[str, str]:
        why = SENT_BECAUSE.get(str(event.data.get("reason")), "could not wait")
        where = SENT_TO.get(str(event.data.get("target")), "sent on")
        return "queue", f"{why[0].upper()}{why[1:]}: {where}"

    def _callback_accepted(self, event: CallEvent) -> tuple[str, str]:
        who = self._person(event)
        return "offer", f"{who[0].upper()}{who[1:]} took the callback"

    def _connect_asked(self, event: CallEvent) -> tuple[str, str]:
        return "offer", f"{event.actor} asked for {self._person(event)}"

    def _ended(self, event: CallEvent) -> tuple[str, str]:
        by = self._call.hung_up_by
        if by == HungUpBy.AGENT:
            who = self._people.get(self._call.agent_id or 0, "The agent")
            return "wrap", f"{who[0].upper()}{who[1:]} ended the call"
        return "wrap", ENDED[HungUpBy(by)]

    def _may_be_told(self, event: CallEvent) -> bool:
        """Of those who listened agents are told where their team says so, and of who was heard."""
        is_open = self._tells_all or event.type not in SUPERVISED
        return is_open or bool(event.data.get("told"))

    def _held(self, event: CallEvent) -> tuple[str, str]:
        held = self._until(event, STOPS_HOLDING)
        return "hold", f"Was on hold for {held}" if held else "Is on hold"

    def _swapped(self, event: CallEvent) -> tuple[str, str]:
        return "talk" if event.reason == "customer" else "hold", SWAPPED.get(
            event.reason, "The two were swapped"
        )

    def _not_reached(self, event: CallEvent) -> tuple[str, str]:
        return "lost", NOT_REACHED.get(event.reason, "Was not reached")

    def _begun(self, event: CallEvent) -> tuple[str, str]:
        return "offer", f"{event.actor or 'An agent'} called {self._call_to()}"

    def _call_to(self) -> str:
        return numbers.shown(self._call.to_number) or self._call.to_number or "a colleague"

    def _survey_answered(self, event: CallEvent) -> tuple[str, str]:
        score = event.data.get("score")
        return "wrap", f"Answered the survey with {score}" if score else "Gave no answer"

    def _supervised(self, event: CallEvent) -> tuple[str, str]:
        return "talk", SUPERVISED[event.type].format(who=_capital(self._them(event)))

    def _about(self, event: CallEvent) -> tuple[str, str]:
        seg, words = ABOUT[event.type]
        them = self._them(event)
        handed_on = event.type in {"transferred", "transfer_failed"}
        by = self._people.get(event.data["from"], "") if handed_on else ""
        by = by or event.actor or "an agent"
        return seg, words.format(actor=_capital(by), who=_capital(them), them=them)

    def _them(self, event: CallEvent) -> str:
        """Whom an event is about."""
        found = event.data
        if found.get("number"):
            return numbers.shown(str(found["number"])) or str(found["number"])
        if "queue" in found:
            return self._queues.get(found["queue"], "another queue")
        if "flow" in found:
            return self._flows.get(found["flow"], "another flow")
        return self._people.get(found.get("agent")) or event.actor or "an agent"

    def _person(self, event: CallEvent) -> str:
        return self._people.get(event.data.get("agent"), "an agent")

    def _until(self, event: CallEvent, kinds: set[str]) -> str:
        """How long it took until one of these; "" while it lasts."""
        later = (
            one.at for one in self._events if one.version > event.version and one.type in kinds
        )
        end = next(later, None)
        return length((end - event.at).total_seconds()) if end else ""


def _by(event: CallEvent, text: str) -> str:
    """Whose act it was and the reason that was kept, where the sentence does not say so."""
    actor = "" if event.actor.casefold() in text.casefold() else event.actor
    reason = "" if event.type == "ended" else event.reason.replace("_", " ")
    return ", ".join(filter(None, [actor, reason]))


def _answer(offer: Offer) -> str:
    if offer.state == OfferState.PENDING or offer.ended_at is None:
        return ""
    after = length((offer.ended_at - (offer.dialled_at or offer.offered_at)).total_seconds())
    if offer.state == OfferState.FAILED:
        return f": {FAILED[FailCause(offer.cause)]}"
    words = {OfferState.RESCINDED: "withdrawn"}.get(OfferState(offer.state), offer.state)
    return f", {words} after {after}"


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
