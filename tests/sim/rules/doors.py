"""Every webhook passes here: interpreted once, and answered; `calls.services.facts`, `flows`."""

from collections.abc import Callable
from typing import Any, NamedTuple

from calls.states import CallState, LegKind, LegState
from tests.sim.rules import journal, leaving, legs, offers, waiting
from tests.sim.rules.centre import Centre
from tests.sim.rules.rows import Call, Leg

Reply = tuple[Any, ...] | None


class Webhook(NamedTuple):
    """What Vonage says: `path` and `body` together are its digest."""

    kind: str  # answer, event, input
    uuid: str
    key: int = 0  # our leg's, in the address
    step: int = 0
    body: Any = None
    queue: int = 0  # the queue that the number dialled, and the key pressed, lead to

    @property
    def digest(self) -> tuple[Any, ...]:
        return self[:5]


def take(centre: Centre, webhook: Webhook) -> Reply:
    """Do what the webhook asks. The same one again gets the stored reply and does nothing."""
    leg = centre.by_key.get(webhook.key) if webhook.key else centre.by_uuid.get(webhook.uuid)
    if leg is None:
        return _unknown(centre, webhook)
    digest = webhook.digest
    if digest in leg.call.replies:
        centre.repeated += 1
        return leg.call.replies[digest]  # type: ignore[no-any-return]
    reply = INTERPRETERS[webhook.kind](centre, webhook, leg)
    leg.call.replies[digest] = reply
    return reply


def _unknown(centre: Centre, webhook: Webhook) -> Reply:
    if webhook.kind == "answer" and not webhook.key:
        return _begin(centre, webhook)
    if webhook.kind == "event" and not webhook.key:
        centre.orphans.setdefault(webhook.uuid, []).append(webhook)
    return None


def _begin(centre: Centre, webhook: Webhook) -> Reply:
    """A customer leg that Vonage asks about for the first time: the call begins."""
    call = Call(centre.next_id(), webhook.uuid)
    centre.calls[call.id] = call
    leg = centre.plan_leg(call, LegKind.CUSTOMER)
    legs.know(centre, leg, webhook.uuid)
    journal.record(centre, call, "received", state=CallState.IN_FLOW, node="menu")
    journal.record(centre, call, "asked", step=1)
    reply = call.replies[webhook.digest] = ("ask", 1)
    for earlier in centre.orphans.pop(webhook.uuid, []):
        take(centre, earlier)
    return reply


def _answer(centre: Centre, webhook: Webhook, leg: Leg) -> Reply:
    legs.know(centre, leg, webhook.uuid)
    leg.news_at = centre.now
    centre.touched[leg.call] = None
    if leg.kind == LegKind.CUSTOMER:
        if leg is leg.call.legs[0]:
            return current(leg.call)
        return leaving.customer_answers(centre, leg)
    if leg.kind == LegKind.NUMBER:
        return leaving.number_answers(centre, leg)
    return _agent_answers(centre, leg)


def _agent_answers(centre: Centre, leg: Leg) -> Reply:
    """The answer webhook of an agent's leg is the accept."""
    call, offer = leg.call, leg.offer
    assert offer is not None
    is_won = leg.state != LegState.ENDED and offers.accept(centre, offer)
    if is_won or (call.state == CallState.CONNECTED and legs.has_it(leg)):
        word = "ringback" if call.state == CallState.DIALING else "join"
        return (word, call.row["room"])
    return waiting.BYE


def current(call: Call) -> Reply:
    """What the customer's leg should run, as things stand."""
    if call.state in {CallState.QUEUED, CallState.OFFERED, CallState.DIALING}:
        return ("room", call.row["room"])
    if call.state == CallState.CONNECTED:
        return ("join", call.row["room"])
    if call.state == CallState.IN_FLOW and not call.row["hung_up_by"]:
        return ("ask", call.row["step"])
    return ("record",) if call.state == CallState.VOICEMAIL else waiting.BYE


def _event(centre: Centre, webhook: Webhook, leg: Leg) -> Reply:
    legs.know(centre, leg, webhook.uuid)
    legs.tell(centre, leg, webhook.body)
    return None


def _input(centre: Centre, webhook: Webhook, leg: Leg) -> Reply:
    """An answer to an old question changes nothing."""
    call = leg.call
    if call.state != CallState.IN_FLOW or webhook.step != call.row["step"]:
        return current(call)
    if call.row["node"] == "@choices":
        return leaving.chosen(centre, call.entries[-1], webhook.body)
    if call.row["node"] == "menu":
        return waiting.enter(centre, call, webhook.queue)
    return current(call)


INTERPRETERS: dict[str, Callable[[Centre, Webhook, Leg], Reply]] = {
    "answer": _answer,
    "event": _event,
    "input": _input,
}
