"""What became of a call, cut into pieces of time: for the lanes of its picture, and its lengths."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import dropwhile, takewhile

from agents.models import AgentState
from agents.services import LONGEST_WRAP_UP
from agents.states import State
from calls.models import Call, CallEvent, Invitation, Leg, Offer, QueueEntry, Supervision
from calls.services import survey
from calls.states import CallState, LegKind

SOON = timedelta(seconds=10)  # after the end of a leg, its agent's wrap-up has begun
MODES = {"supervised", "supervision_changed"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a lane. Without an end it goes on."""

    kind: str
    start: datetime
    end: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class Traces:
    """The rows of a call, each list in order of time."""

    call: Call
    legs: list[Leg]
    entries: list[QueueEntry]
    offers: list[Offer]
    events: list[CallEvent]
    invitations: list[Invitation]
    supervisions: dict[int, Supervision]  # by leg
    wrap_ups: dict[int, list[Piece]]  # by leg


def traces_of(call: Call, *, tells_all: bool) -> Traces:
    """`tells_all`: also of those who listened without the agents' being told."""
    found = list(call.supervisions.select_related("agent__user", "leg"))
    shown = [one for one in found if tells_all or one.is_told]
    hidden = {one.leg_id for one in found} - {one.leg_id for one in shown}
    legs = [one for one in call.legs.select_related("agent__user") if one.id not in hidden]
    offers = Offer.objects.filter(call=call).select_related(
        "agent__user", "leg", "entry__queue", "call__queue"
    )
    events = call.events.order_by("version")
    return Traces(
        call=call,
        legs=legs,
        entries=list(call.entries.select_related("queue", "agent__user", "preferred_agent__user")),
        offers=list(offers),
        events=[one for one in events if one.data.get("leg") not in hidden],
        invitations=list(call.invitations.select_related("agent__user", "by__user", "leg")),
        supervisions={one.leg_id: one for one in shown},
        wrap_ups={leg.id: _wrap_up(leg) for leg in legs if leg.kind == LegKind.AGENT},
    )


def _wrap_up(leg: Leg) -> list[Piece]:
    """The work after this leg; a call that rang and was not taken cuts it in two."""
    if not leg.answered_at or not leg.ended_at:
        return []
    begins = (leg.ended_at - SOON, leg.ended_at + SOON)
    after = AgentState.objects.filter(
        agent=leg.agent_id, started_at__range=(begins[0], begins[1] + LONGEST_WRAP_UP)
    )
    later = dropwhile(lambda one: one.state != State.WRAP_UP, after)
    work = list(takewhile(lambda one: one.state in {State.WRAP_UP, State.OFFERED}, later))
    if not work or work[0].started_at > begins[1]:
        return []
    return [
        Piece("wrap", one.started_at, one.ended_at, "wrap-up")
        for one in work
        if one.state == State.WRAP_UP
    ]


def of_state(traces: Traces) -> list[tuple[str, str, datetime, datetime | None]]:
    """The call's states one after the other, as (state, node, start, end)."""
    found: list[tuple[str, str, datetime, datetime | None]] = []
    state = node = ""
    for event in traces.events:
        new = (event.changes.get("state", state), event.changes.get("node", node))
        if new != (state, node):
            if found:
                found[-1] = (*found[-1][:3], event.at)
            state, node = new
            found.append((state, node, event.at, None))
    if traces.call.ended_at and found:
        found[-1] = (*found[-1][:3], traces.call.ended_at)
    return found


def of_flow(traces: Traces) -> list[Piece]:
    """While the caller heard words and pressed keys."""
    pieces: list[Piece] = []
    for state, node, start, end in of_state(traces):
        if state != CallState.IN_FLOW or start == end:
            continue
        words = "survey" if node in survey.NODES else "in the flow"
        _append(pieces, Piece("flow", start, end, words))
    return pieces


def _append(pieces: list[Piece], piece: Piece) -> None:
    """The same going on is one piece with what was before."""
    last = pieces[-1] if pieces else None
    if last and (last.kind, last.words, last.end) == (piece.kind, piece.words, piece.start):
        pieces[-1] = replace(last, end=piece.end)
    else:
        pieces.append(piece)


def holds(traces: Traces) -> list[Piece]:
    """While the customer was on hold."""
    return [
        Piece("hold", start, end, "hold")
        for state, _, start, end in of_state(traces)
        if state == CallState.HELD
    ]


def of_agent(leg: Leg, traces: Traces) -> list[Piece]:
    """Who talked: with the customer, or with each other while the customer was on hold."""
    apart = [
        Piece("consult", one.joined_at, one.merged_at or one.ended_at, "consultation")
        for one in traces.invitations
        if one.kind == Invitation.Kind.CONSULT
        and one.joined_at
        and (one.leg_id == leg.id or one.by_id == leg.agent_id)
    ]
    pieces = _cut(leg.answered_at or leg.planned_at, leg.ended_at, [*apart, *holds(traces)])
    return pieces + traces.wrap_ups.get(leg.id, [])


def of_supervisor(leg: Leg, traces: Traces) -> list[Piece]:
    """How they took part, from one switch to the next; then they may have taken the call over."""
    start = leg.answered_at or leg.planned_at
    turns = [(start, "supervision", str(traces.supervisions[leg.id].mode))]
    for event in traces.events:
        if event.data.get("leg") == leg.id and event.type in MODES:
            turns.append((max(event.at, start), "supervision", str(event.data.get("mode"))))
        elif event.type == "taken_over" and event.data.get("agent") == leg.agent_id:
            turns.append((max(event.at, start), "talk", "talk"))
    # The mode at first is in the log as well.
    turns = turns[1:] if len(turns) > 1 and turns[1][0] == start else turns
    ends = [*(turn[0] for turn in turns[1:]), leg.ended_at]
    pieces = [
        Piece(kind, at, end, words)
        for (at, kind, words), end in zip(turns, ends, strict=True)
        if at != end
    ]
    return pieces + traces.wrap_ups.get(leg.id, [])


def _cut(start: datetime, end: datetime | None, others: Sequence[Piece]) -> list[Piece]:
    """Talk from start to end, but where one of the others covers it: the first that does."""
    times = {start} | {time for one in others for time in (one.start, one.end) if time}
    inside = sorted(time for time in times if start <= time and (end is None or time < end))
    pieces: list[Piece] = []
    for at, until in zip(inside, [*inside[1:], end], strict=True):
        over = next(
            (one for one in others if one.start <= at and (one.end is None or at < one.end)), None
        )
        kind, words = (over.kind, over.words) if over else ("talk", "talk")
        _append(pieces, Piece(kind, at, until, words))
    return pieces


def lasted(pieces: Iterable[Piece], *, now: datetime) -> timedelta:
    """How long all of them were together."""
    return sum(((one.end or now) - one.start for one in pieces), timedelta())
