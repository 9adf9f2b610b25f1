"""A caller's way through a flow: every function returns the NCCO that Vonage shall run next."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from calls.models import Call, Leg, QueueEntry
from calls.services import ends, journal, offers, outbox, waiting
from calls.services.keys import call_key
from calls.states import CallState, HungUpBy, LegKind, LegState, OfferState
from ivr import ncco, selectors, steps
from ivr.graph import Graph
from ivr.models import FlowVersion
from ivr.ncco import Ncco

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
    asked = _event_of(call, first)
    journal.begin(call, ("received", {**received, "node": graph.start}), asked, at=now)
    return _ncco_of(call, graph, first)


def pressed(call: Call, *, step: int, digits: str, now: datetime) -> Ncco:
    """The caller answered a menu, or did not (""). An answer to an old question changes nothing."""
    if call.state != CallState.IN_FLOW or step != call.step or call.flow_version_id is None:
        return current_ncco(call)
    graph = selectors.graph_of(version_id=call.flow_version_id)
    journal.record(call, "pressed", at=now, data={"digits": digits, "node": call.node})
    decided = steps.press(graph, call.node, call.attempt, digits)
    if isinstance(decided, steps.Enqueue | steps.Await) and not decided.words:
        waiting.enqueue(call, decided, now=now)
        return current_ncco(call)
    return _follow(call, graph, decided, now=now)


def notified(call: Call, *, step: int, now: datetime) -> Ncco:
    """The words before a wait have been said: the wait begins, and the reply is the room."""
    if call.state != CallState.IN_FLOW or step != call.step or call.flow_version_id is None:
        return current_ncco(call)
    graph = selectors.graph_of(version_id=call.flow_version_id)
    decided = steps.enter(graph, call.node)
    if isinstance(decided, steps.Enqueue | steps.Await):
        waiting.enqueue(call, decided, now=now)
        return current_ncco(call)
    return _follow(call, graph, decided, now=now)


def current_ncco(call: Call) -> Ncco:
    """What the customer's leg should run, as things stand; changes nothing."""
    if call.state == CallState.ENDED:
        return []
    if call.state in {CallState.QUEUED, CallState.OFFERED}:
        return [ncco.wait(call.room_name(), music_url=outbox.music())]
    if call.state == CallState.CONNECTED:
        return [ncco.join(call.room_name())]
    if call.flow_version_id is None or call.hung_up_by:
        return ncco.speak([NOT_IN_SERVICE], language="en-GB")
    graph = selectors.graph_of(version_id=call.flow_version_id)
    return _ncco_of(call, graph, steps.enter(graph, call.node))


def _follow(call: Call, graph: Graph, step: steps.Step, *, now: datetime) -> Ncco:
    kind, changes = _event_of(call, step)
    journal.record(call, kind, at=now, **changes)
    return _ncco_of(call, graph, step)


def _event_of(call: Call, step: steps.Step) -> tuple[str, dict[str, Any]]:
    """What going to this step is called, and the columns it changes."""
    changes: dict[str, Any] = {"node": step.node, "step": call.step + 1}
    if isinstance(step, steps.Ask):
        return "asked", {**changes, "attempt": step.attempt}
    if isinstance(step, steps.End):
        return "flow_ended", {**changes, "hung_up_by": HungUpBy.SYSTEM}
    return "announced", {**changes, "attempt": 0}


def _ncco_of(call: Call, graph: Graph, step: steps.Step) -> Ncco:
    place = f"{call.key}/{call.step}"
    if isinstance(step, steps.Ask):
        return ncco.ask(
            step.words,
            prompt=step.prompt,
            timeout=step.timeout,
            url=outbox.url(f"/webhooks/input/{place}"),
            language=graph.language,
        )
    if isinstance(step, steps.End):
        return ncco.speak(step.words, language=graph.language)
    return ncco.notify(
        step.words, url=outbox.url(f"/webhooks/notify/{place}"), language=graph.language
    )


@transaction.atomic(durable=True)
def give_up(*, entry_id: int, now: datetime) -> None:
    """A wait has lasted too long: the flow goes on without an agent."""
    call = journal.locked(entries=entry_id, entries__left_at=None, state=CallState.QUEUED)
    entry = QueueEntry.objects.filter(id=entry_id, left_at=None, give_up_at__lte=now).first()
    customer = Leg.objects.filter(call=call, kind=LegKind.CUSTOMER).first()
    if call is None or entry is None or customer is None or call.flow_version_id is None:
        return
    waiting.close(entry, QueueEntry.Outcome.OVERFLOWED, at=now)
    journal.record(
        call, "gave_up", at=now, data={"entry": entry.id}, state=CallState.IN_FLOW, queue_id=None
    )
    graph = selectors.graph_of(version_id=call.flow_version_id)
    reply = _follow(call, graph, steps.give_up(graph, call.node), now=now)
    outbox.transfer(customer, reply, room="", now=now)


def agent_answers(leg: Leg, *, call: Call, now: datetime) -> Ncco:
    """The answer webhook of an agent's leg is the accept. The loser hears why, and is let go."""
    offer = offers.pending(call)
    if offer and offer.leg_id == leg.id and offers.accept(offer, call=call, now=now):
        words = _briefing(offer.entry, now)
        return [ncco.talk(words, language="en-GB"), ncco.join(call.room_name())]
    has_it = call.state == CallState.CONNECTED and leg.offer.state == OfferState.ACCEPTED
    if has_it and leg.state != LegState.ENDED:
        return [ncco.join(call.room_name())]
    is_gone = call.state == CallState.ENDED or bool(call.hung_up_by)
    words = "The caller has hung up." if is_gone else "The call has been taken."
    return ncco.speak([words], language="en-GB")


def _briefing(entry: QueueEntry, now: datetime) -> str:
    """ "Sales, two minutes.": where the caller comes from, and how long they have waited."""
    minutes = round((now - entry.enqueued_at) / timedelta(minutes=1))
    waited = "" if minutes < 1 else ", 1 minute" if minutes == 1 else f", {minutes} minutes"
    return f"{entry.queue or 'A call for you'}{waited}."


@transaction.atomic(durable=True)
def end_by_agent(*, call_id: int, agent_id: int, actor: str, now: datetime) -> bool:
    """The agent ends their own live call. False when it is not theirs, or over already."""
    call = journal.locked(id=call_id)
    if call is None or call.state == CallState.ENDED or call.hung_up_by:
        return False
    own = call.legs.filter(agent=agent_id, offer__state=OfferState.ACCEPTED)
    if not own.exclude(state=LegState.ENDED).exists():
        return False
    ends.ask_end(call, by=HungUpBy.AGENT, actor=actor, now=now)
    return True
