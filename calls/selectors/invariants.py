"""What must always hold, and what breaks it now. Reads only, and only what is live or recent.

Each invariant is a sentence and a query for its violations. Whatever one transaction writes must
hold after every commit; where the platform must be heard first, a grace says how long that may be.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Lag

from agents.models import Agent, AgentState
from agents.states import State
from calls import routing
from calls.folding import FOLDED
from calls.models import (
    Call,
    CallEvent,
    Instruction,
    Invitation,
    Leg,
    Offer,
    QueueEntry,
    Token,
    waits,
)
from calls.selectors.deadlines import callbacks_due
from calls.selectors.floor import idle, ready_floor
from calls.selectors.log import rebuild
from calls.states import CallState, LegKind, LegState, OfferState

UNHEARD = timedelta(minutes=6)  # longer than the reconciler takes to ask about any leg
OVERDUE = timedelta(seconds=60)  # past a deadline that some router should have kept
IDLE = timedelta(seconds=5)  # for which an agent and a call could have been brought together
RECENT = timedelta(days=1)
FOLDED_AT_ONCE = 50  # calls whose rows are made again from their log in one look
WAITING = (CallState.QUEUED, CallState.OFFERED, CallState.AWAITING_CALLBACK)


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that should not be: a row of `model`, and what is wrong with it."""

    model: str  # call, agent, instruction, queueentry
    id: int
    words: str


@dataclass(frozen=True, slots=True)
class Invariant:
    name: str
    sentence: str
    find: Callable[[datetime], Iterable[Violation]]


def violations(*, now: datetime) -> dict[str, list[Violation]]:
    """All that is broken now, by the name of the invariant; an empty list where it holds."""
    return {one.name: list(one.find(now)) for one in INVARIANTS}


def _calls_in_one_place(now: datetime) -> Iterator[Violation]:
    entries = QueueEntry.objects.filter(call=OuterRef("id"), left_at=None)
    ringing = Offer.objects.filter(
        call=OuterRef("id"), kind=Offer.Kind.WAIT, state=OfferState.PENDING
    )
    waits, rings = Exists(entries), Exists(ringing)
    asked = Q(state=CallState.IN_FLOW, node__startswith="@") | Q(state=CallState.DIALING)
    misplaced = {
        "waits in no queue": Q(state__in=WAITING) & ~waits,
        "waits in a queue as well": ~Q(state__in=WAITING) & ~asked & waits,
        "is offered to nobody": Q(state=CallState.OFFERED) & ~rings,
        "rings although it is not offered": ~Q(state=CallState.OFFERED) & rings,
    }
    live = Q(ended_at=None) | Q(ended_at__gt=now - RECENT)
    for words, condition in misplaced.items():
        for call in Call.objects.filter(live, condition):
            yield Violation("call", call.id, f"{call.state.replace('_', ' ')}, but {words}")


def _agents_are_held_by_rows(now: datetime) -> Iterator[Violation]:
    states = AgentState.objects.filter(agent=OuterRef("id"), ended_at=None)
    offered, busy = (Exists(states.filter(state=one)) for one in (State.OFFERED, State.BUSY))
    in_wrap_up = Exists(states.filter(state=State.WRAP_UP))
    rung = Exists(Offer.objects.filter(agent=OuterRef("id"), state=OfferState.PENDING))
    legs = Leg.objects.filter(agent=OuterRef("id"), kind=LegKind.AGENT)
    talks = Exists(legs.exclude(state=LegState.ENDED).filter(offer__state=OfferState.ACCEPTED))
    supervises = Exists(
        Leg.objects.filter(agent=OuterRef("id"), kind=LegKind.SUPERVISOR).exclude(
            state=LegState.ENDED
        )
    )
    wrong = {
        "offered without an offer": offered & ~rung,
        "rung without being offered": rung & ~offered,
        "busy without a live leg": busy & ~talks & ~supervises,
        "in a call without being busy": talks & ~busy,
        "in wrap-up without an end": in_wrap_up & Q(wrap_up_until=None),
        # Who is rung for the call that they wrap up goes back to it if they do not take it.
        "out of wrap-up, which has not ended": ~in_wrap_up & ~offered & Q(wrap_up_until__gt=now),
    }
    for words, condition in wrong.items():
        for agent in Agent.objects.filter(condition).select_related("user"):
            yield Violation("agent", agent.id, f"{agent}: {words}")


def _calls_come_to_an_end(now: datetime) -> Iterator[Violation]:
    live = Leg.objects.filter(call=OuterRef("id")).exclude(state=LegState.ENDED)
    heard = Leg.objects.filter(call=OuterRef("id"), news_at__gt=now - OVERDUE)
    orphans = Call.objects.exclude(state__in=[CallState.ENDED, CallState.AWAITING_CALLBACK])
    for call in orphans.filter(~Exists(live), ~Exists(heard), started_at__lt=now - OVERDUE):
        yield Violation("call", call.id, f"{call.state.replace('_', ' ')}, but nobody is in it")
    parties = Invitation.objects.exclude(state=Invitation.State.ENDED)
    for party in parties.filter(leg__state=LegState.ENDED, leg__ended_at__lt=now - OVERDUE):
        yield Violation("call", party.call_id, "somebody was asked into it, and has gone")
    unheard = Leg.objects.exclude(state=LegState.ENDED).filter(news_at__lt=now - UNHEARD)
    for leg in unheard.filter(Q(checked_at=None) | Q(checked_at__lt=now - UNHEARD)):
        yield Violation("call", leg.call_id, f"nothing was heard of its {leg.kind} leg for long")


def _places_are_kept(now: datetime) -> Iterator[Violation]:
    waiting = QueueEntry.objects.filter(left_at=None).exclude(call__enqueued_at=F("enqueued_at"))
    for entry in waiting:
        yield Violation("call", entry.call_id, "its place in the queue has moved")


def _rows_are_their_log(now: datetime) -> Iterator[Violation]:
    live = Call.objects.exclude(state=CallState.ENDED).order_by("-id")[:FOLDED_AT_ONCE]
    ended = Call.objects.filter(state=CallState.ENDED).order_by("-id")[:FOLDED_AT_ONCE]
    for call in (*live, *ended):
        try:
            folded = rebuild(call)
        except ValueError as error:
            yield Violation("call", call.id, str(error))
            continue
        wrong = [name for name in FOLDED if getattr(call, name) != folded[name]]
        if wrong:
            yield Violation("call", call.id, f"its log says otherwise of {', '.join(wrong)}")


def _ended_calls_have_an_outcome(now: datetime) -> Iterator[Violation]:
    ended = Call.objects.filter(state=CallState.ENDED, ended_at__gt=now - RECENT)
    for call in ended.filter(Q(outcome="") | Q(hung_up_by="")):
        yield Violation("call", call.id, "ended, but nobody says how")
    open_entries = QueueEntry.objects.filter(left_at__gt=now - RECENT, outcome="")
    for entry in open_entries:
        yield Violation("call", entry.call_id, "left the queue, but nobody says how")


def _nobody_is_idle_beside_a_call(now: datetime) -> Iterator[Violation]:
    """Only what could have been brought together for a while, and had a set-up to spare."""
    spare = Token.objects.filter(budget=Token.Budget.SETUP, free_at__lt=now - IDLE).count()
    if spare < 2:
        return
    since = (now - IDLE).timestamp()
    waited, were_ready = _floor(now - IDLE)
    waiting, ready = _floor(now)
    calls = {
        entry_id: one
        for entry_id, one in waiting.items()
        if entry_id in waited and one.enqueued_at < since and not one.rung
    }
    settled = _settled_agents(now - IDLE)
    free = [
        one for agent_id, one in ready.items() if agent_id in were_ready and agent_id in settled
    ]
    entries = dict(QueueEntry.objects.filter(id__in=calls).values_list("id", "call_id"))
    stirred = _stirred_calls(entries.values(), since=now - IDLE)
    calls = {entry_id: one for entry_id, one in calls.items() if entries[entry_id] not in stirred}
    for pair in routing.assign(calls.values(), free, now=since):
        if routing.may_take(calls[pair.entry_id], _of(free, pair.agent_id), now.timestamp()):
            call_id = entries.get(pair.entry_id, 0)
            yield Violation("call", call_id, f"waits, and agent {pair.agent_id} is idle")


def _settled_agents(since: datetime) -> set[int]:
    """Agents who have been in their state since then: some come back to an older idle time."""
    running = AgentState.objects.filter(ended_at=None, started_at__lt=since)
    return set(running.values_list("agent", flat=True))


def _stirred_calls(call_ids: Iterable[int], *, since: datetime) -> set[int]:
    """Calls to which something happened since then: some wait again at an older place."""
    events = CallEvent.objects.filter(call__in=list(call_ids), at__gt=since)
    return set(events.exclude(type="announced_position").values_list("call", flat=True))


def _floor(at: datetime) -> tuple[dict[int, routing.Waiting], dict[int, routing.Idle]]:
    """Calls and agents as the router would bring them together, by entry and by agent."""
    closed = waits.closed_of(callbacks_due(now=at).values(), now=at)
    calls, ready = ready_floor(now=at, closed=closed)
    return {one.entry_id: one for one in calls}, {one.agent_id: one for one in idle(ready)}


def _of(free: list[routing.Idle], agent_id: int) -> routing.Idle:
    return next(one for one in free if one.agent_id == agent_id)


def _time_in_states_adds_up(now: datetime) -> Iterator[Violation]:
    recent = AgentState.objects.filter(Q(ended_at=None) | Q(ended_at__gt=now - RECENT))
    before = Window(Lag("ended_at"), partition_by="agent_id", order_by=[F("started_at"), F("id")])
    rows = recent.annotate(before=before).values_list("agent_id", "started_at", "before")
    for agent_id, started_at, ended_before in rows:
        if ended_before is not None and ended_before != started_at:
            yield Violation("agent", agent_id, f"a gap or an overlap in the log at {started_at}")


def _dials_are_sent_once(now: datetime) -> Iterator[Violation]:
    dials = Instruction.objects.filter(verb=Instruction.Verb.DIAL, written_at__gt=now - RECENT)
    twice: QuerySet[Instruction, Any] = (
        dials.exclude(state=Instruction.State.CANCELLED)
        .order_by()
        .values("leg", "call")
        .annotate(found=Count("id"))
        .filter(found__gt=1)
    )
    for row in twice:
        yield Violation("call", row["call"], f"leg {row['leg']} was dialled {row['found']} times")


def _deadlines_are_kept(now: datetime) -> Iterator[Violation]:
    late = now - OVERDUE
    for offer in Offer.objects.filter(state=OfferState.PENDING, ring_until__lt=late):
        yield Violation("agent", offer.agent_id, "an offer rings although its time is over")
    # Who is at one of our questions decides first.
    waits = [CallState.QUEUED, CallState.AWAITING_CALLBACK]
    overdue = QueueEntry.objects.filter(left_at=None, give_up_at__lt=late, call__state__in=waits)
    silent = Invitation.objects.filter(state=Invitation.State.RINGING, ring_until__lt=late)
    for party in silent:
        yield Violation("call", party.call_id, "a number rings although its time is over")
    for entry in overdue:
        yield Violation("call", entry.call_id, "waits although its time is over")
    for agent in Agent.objects.filter(wrap_up_until__lt=late).select_related("user"):
        yield Violation("agent", agent.id, f"{agent}: in wrap-up although its time is over")
    claimed = Instruction.objects.filter(state=Instruction.State.CLAIMED, claimed_until__lt=late)
    for one in claimed:
        yield Violation("instruction", one.id, "claimed, and never settled")


INVARIANTS = (
    Invariant("one_place", "Every call is in exactly one place.", _calls_in_one_place),
    Invariant(
        "held_by_rows",
        "Every agent who is held is held by an offer, a live leg or a wrap-up.",
        _agents_are_held_by_rows,
    ),
    Invariant("calls_end", "No call goes on without anybody in it.", _calls_come_to_an_end),
    Invariant("places_kept", "Nobody's place in a queue moves.", _places_are_kept),
    Invariant("rows_are_log", "Every call's row is what its log says.", _rows_are_their_log),
    Invariant(
        "outcomes",
        "Every call and every wait that ended has an outcome.",
        _ended_calls_have_an_outcome,
    ),
    Invariant(
        "nobody_idle",
        "No agent is idle beside a waiting call that they may take.",
        _nobody_is_idle_beside_a_call,
    ),
    Invariant("time_adds_up", "Time in states adds up to logged-in time.", _time_in_states_adds_up),
    Invariant("dialled_once", "Nobody is dialled twice for one leg.", _dials_are_sent_once),
    Invariant("deadlines", "Every deadline is kept by some router.", _deadlines_are_kept),
)
