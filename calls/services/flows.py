"""A caller's way through a flow: every function returns the NCCO that Vonage shall run next."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from calls.models import Call, Leg, Offer, Overflow, QueueEntry
from calls.services import (
    callbacks,
    choices,
    customers,
    inviting,
    journal,
    offers,
    outbound,
    outbox,
    overflow,
    supervising,
    survey,
    transferring,
    waiting,
)
from calls.services.following import OURS, event_of, follow, ncco_of
from calls.services.keys import call_key
from calls.states import CallState, HungUpBy, LegKind, LegState, OfferState
from ivr import ncco, selectors, steps
from ivr.models import FlowVersion
from ivr.ncco import Ncco

# What a customer runs who is in a room.
ROOMS: dict[CallState, Callable[[Call], Ncco]] = {
    CallState.QUEUED: waiting.room,
    CallState.OFFERED: waiting.room,
    CallState.DIALING: waiting.room,
    CallState.CONNECTED: lambda call: [ncco.join(call.room_name())],
    CallState.HELD: waiting.on_hold,
}
NOT_IN_SERVICE = "The number you have called is not in service. Goodbye."


def begin(
    *, uuid: str, from_number: str, to_number: str, region_url: str, now: datetime
) -> tuple[Call, Leg, Ncco]:
    """A customer leg that Vonage asks about for the first time: the call begins."""
    call = Call(
        key=call_key(uuid),
        direction=Call.Direction.INBOUND,
        from_number=from_number,
        to_number=to_number,
        customer_id=customers.known_by(from_number),
        started_at=now,
    )
    reply = _first_ncco(call, selectors.live_version(number=to_number), now=now)
    leg = Leg.objects.create(
        call=call,
        kind=LegKind.CUSTOMER,
        key=call.key,
        uuid=uuid,
        region_url=region_url,
        planned_at=now,
        news_at=now,
    )
    return call, leg, reply


def _first_ncco(call: Call, version: FlowVersion | None, *, now: datetime) -> Ncco:
    """What a new caller hears; writes the call with its first two events."""
    received = {"state": CallState.IN_FLOW, "flow_version_id": version and version.id}
    if version is None:
        refused = ("not_in_service", {"hung_up_by": HungUpBy.SYSTEM})
        journal.begin(call, ("received", received), refused, at=now)
        return ncco.speak([NOT_IN_SERVICE], language="en-GB")
    graph = version.parsed()
    first = steps.enter(graph, graph.start)
    asked = event_of(call, first)
    journal.begin(call, ("received", {**received, "node": graph.start}), asked, at=now)
    return ncco_of(call, graph, first)


def pressed(call: Call, *, step: int, digits: str, now: datetime) -> Ncco:
    """The caller answered a menu, or did not (""). An answer to an old question changes nothing."""
    if call.node in survey.NODES:
        return survey.pressed(call, step=step, digits=digits, now=now)
    if call.node.startswith(OURS):
        return choices.pressed(call, step=step, digits=digits, now=now)
    if call.state != CallState.IN_FLOW or step != call.step or call.flow_version_id is None:
        return current_ncco(call)
    graph = selectors.graph_of(version_id=call.flow_version_id)
    journal.record(call, "pressed", at=now, data={"digits": digits, "node": call.node})
    decided = steps.press(graph, call.node, call.attempt, digits)
    if isinstance(decided, steps.Enqueue | steps.Await) and not decided.words:
        return overflow.admit(call, decided, now=now)
    return follow(call, graph, decided, now=now)


def notified(call: Call, *, step: int, now: datetime) -> Ncco:
    """The words before a wait have been said: the wait begins, and the reply is the room."""
    if call.node.startswith(OURS):
        return choices.notified(call, step=step, now=now)
    if call.state != CallState.IN_FLOW or step != call.step or call.flow_version_id is None:
        return current_ncco(call)
    graph = selectors.graph_of(version_id=call.flow_version_id)
    decided = steps.enter(graph, call.node)
    if isinstance(decided, steps.Enqueue | steps.Await):
        return overflow.admit(call, decided, now=now)
    return follow(call, graph, decided, now=now)


def current_ncco(call: Call) -> Ncco:
    """What the customer's leg should run, as things stand; changes nothing."""
    if call.state == CallState.ENDED:
        return []
    if call.state in ROOMS:
        return ROOMS[CallState(call.state)](call)
    if call.node in survey.NODES:
        return survey.current_ncco(call)
    if call.node.startswith(OURS):
        return choices.current_ncco(call)
    if call.flow_version_id is None or call.hung_up_by:
        return ncco.speak([NOT_IN_SERVICE], language="en-GB")
    graph = selectors.graph_of(version_id=call.flow_version_id)
    return ncco_of(call, graph, steps.enter(graph, call.node))


@transaction.atomic(durable=True)
def give_up(*, entry_id: int, now: datetime) -> None:
    """A wait has lasted too long: the caller is sent on, or a callback expires."""
    call = journal.locked(entries=entry_id, entries__left_at=None)
    entry = QueueEntry.objects.filter(id=entry_id, left_at=None, give_up_at__lte=now).first()
    if call is None or entry is None:
        return
    if call.state == CallState.AWAITING_CALLBACK and entry.is_virtual:
        callbacks.expire(entry, call=call, now=now)
    elif call.state == CallState.QUEUED:
        _leave(call, entry, now=now)


def _leave(call: Call, entry: QueueEntry, *, now: datetime) -> None:
    customer = waiting.customer_leg(call)
    if customer is None:
        return
    if entry.queue:
        reply = overflow.send_on(call, entry.queue, Overflow.Reason.LATE, now=now)
    else:
        waiting.close(entry, QueueEntry.Outcome.OVERFLOWED, at=now)
        data = {"entry": entry.id}
        journal.record(call, "gave_up", at=now, data=data, state=CallState.IN_FLOW)
        if transferring.take_back(call, entry=entry, now=now):
            return
        graph = overflow.graph_of(call)
        reply = follow(call, graph, steps.give_up(graph, call.node), now=now)
    outbox.transfer(customer, reply, room=ncco.room_of(reply), now=now)


def leg_answers(leg: Leg, *, call: Call, now: datetime) -> Ncco:
    """The answer webhook of a leg that we dialled."""
    if leg.kind == LegKind.CUSTOMER:
        reply = outbound.customer_answers(leg, call=call, now=now)
        if reply is None:
            reply = callbacks.customer_answers(leg, call=call, now=now)
        return current_ncco(call) if reply is None else reply
    if leg.kind == LegKind.NUMBER:
        reply = inviting.answers(leg, call=call, now=now)
        return overflow.number_answers(leg, call=call, now=now) if reply is None else reply
    if leg.kind == LegKind.SUPERVISOR:
        return supervising.answers(leg, call=call, now=now)
    return _rung_agent_answers(leg, call=call, now=now)


def _rung_agent_answers(leg: Leg, *, call: Call, now: datetime) -> Ncco:
    if leg.offer.kind in {Offer.Kind.CONSULT, Offer.Kind.CONFERENCE}:
        return inviting.answers(leg, call=call, now=now) or []
    if leg.offer.kind == Offer.Kind.OUTGOING:
        return outbound.agent_answers(leg, call=call, now=now)
    if leg.offer.entry and leg.offer.entry.is_virtual:
        return callbacks.agent_accepts(leg.offer, call=call, now=now)
    return agent_answers(leg, call=call, now=now)


def agent_answers(leg: Leg, *, call: Call, now: datetime) -> Ncco:
    """The answer webhook of an agent's leg is the accept. The loser hears why, and is let go."""
    offer = offers.pending_of(leg)
    if offer and offer.entry and offers.accept(offer, call=call, now=now):
        words = _briefing(call, offer.entry, now)
        transferring.reached(call, now=now)
        return [ncco.talk(words, language="en-GB"), ncco.join(call.room_name())]
    has_it = call.state == CallState.CONNECTED and leg.offer.state == OfferState.ACCEPTED
    if has_it and leg.state != LegState.ENDED:
        return [ncco.join(call.room_name())]
    is_gone = call.state == CallState.ENDED or bool(call.hung_up_by)
    words = "The caller has hung up." if is_gone else "The call has been taken."
    return ncco.speak([words], language="en-GB")


def _briefing(call: Call, entry: QueueEntry, now: datetime) -> str:
    """ "Sales, two minutes.": where the caller comes from, and how long they have waited."""
    if handed := transferring.by_whom(call):
        place = f" from {handed.from_queue}" if handed.from_queue else ""
        return f"{handed.by} hands you a caller{place}."
    minutes = round((now - entry.enqueued_at) / timedelta(minutes=1))
    waited = "" if minutes < 1 else ", 1 minute" if minutes == 1 else f", {minutes} minutes"
    return f"{entry.queue or 'A call for you'}{waited}."
