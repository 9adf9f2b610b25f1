"""Agents, what they do, and the calls they are in."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import FilteredRelation, Q

from agents.models import Agent, StateReason
from agents.phones import CLOSED_LEASE
from agents.states import State, SystemReason
from calls.models import Leg, QueueAssignment
from calls.selectors.board.terms import Person, Row
from calls.selectors.floor import standing_of_agents
from calls.states import LegState, OfferState

HELD = (State.OFFERED, State.BUSY, State.WRAP_UP)
COLUMNS = (
    *("id", "team_id", "user__username", "user__first_name", "user__last_name", "team__name"),
    *("choice", "wrap_up_until", "console_until"),
    *("running__state", "running__reason", "running__started_at"),
)
CALL = (
    *("agent", "call", "kind", "call__direction", "call__from_number", "call__to_number"),
    *("call__queue__name", "call__state", "call__held_at"),
    *("offer__kind", "offer__state", "offer__ended_at", "offer__entry__is_virtual"),
    *("uuid", "phone_call", "call__customer__name"),
)
NO_CALL: Row = {
    "call": None,
    "call_number": None,
    "call_queue": None,
    "call_state": None,
    "talk_since": None,
    "held_at": None,
    "kind": None,
}


def people(agent_ids: Collection[int] | None, *, now: datetime) -> dict[int, Person]:
    """These agents, or all; by id, in the order of their names."""
    agents = _among(Agent.objects.all(), "id", agent_ids)
    running = FilteredRelation("states", condition=Q(states__ended_at=None))
    rows = agents.annotate(running=running).order_by("user__username").values_list(*COLUMNS)
    ready = _among(standing_of_agents(now=now).filter(excluded=""), "agent", agent_ids)
    is_ready = set(ready.values_list("agent_id", flat=True))
    served, names = _served(agent_ids)
    calls = _calls(agent_ids)
    reasons = {one.code: one for one in StateReason.objects.all()}
    found = {}
    for row in rows:
        agent_id, queues = row[0], served.get(row[0], frozenset())
        shown = _row(row, reasons, now) | {
            **calls.get(agent_id, (NO_CALL, None))[0],
            "queues": sorted(names[one] for one in queues),
            "supervised_by": [],
        }
        talks = calls.get(agent_id, (NO_CALL, None))[1]
        found[agent_id] = Person(shown, row[1], queues, agent_id in is_ready, talks)
    return found


def _among(rows: Any, column: str, ids: Collection[int] | None) -> Any:
    return rows if ids is None else rows.filter(**{f"{column}__in": ids})


def _row(row: tuple[Any, ...], reasons: dict[str, StateReason], now: datetime) -> Row:
    agent_id, _, username, first, last, team, choice, *more = row
    wrap_up_until, console_until, state, code, since = more
    state = state or State.OFFLINE
    reason = reasons.get(code)
    limit = reason.max_seconds if reason else None
    return {
        "id": agent_id,
        "username": username,
        "name": f"{first} {last}".strip() or username,
        "team": team,
        "state": state,
        "reason": code or None,
        "reason_label": reason.label if reason else None,
        "since": since,
        "limit_at": since + timedelta(seconds=limit) if limit else None,
        "next_state": choice if state in HELD and choice != State.AVAILABLE else None,
        "wrap_up_until": wrap_up_until if state == State.WRAP_UP else None,
        "connection": _connection(state, code, console_until, now),
    }


def _connection(state: str, reason: str | None, until: datetime | None, now: datetime) -> str:
    """Of the agent's console: none when there is no console that should be there."""
    if until is not None and state != State.OFFLINE:
        return "lost" if until <= now + CLOSED_LEASE else "ok"
    is_lost = state == State.OFFLINE and reason == SystemReason.CONNECTION_LOST
    return "lost" if is_lost else "none"


def _served(
    agent_ids: Collection[int] | None,
) -> tuple[dict[int, frozenset[int]], dict[int, str]]:
    """By agent, the queues they serve; and the names of these queues."""
    pairs: dict[int, set[int]] = {}
    names: dict[int, str] = {}
    assigned = _among(QueueAssignment.objects.order_by(), "agent", agent_ids)
    for agent_id, queue_id, name in assigned.values_list("agent", "queue", "queue__name"):
        pairs.setdefault(agent_id, set()).add(queue_id)
        names[queue_id] = name
    return {agent_id: frozenset(ids) for agent_id, ids in pairs.items()}, names


def _calls(agent_ids: Collection[int] | None) -> dict[int, tuple[Row, Row | None]]:
    """By agent, the call that rings for them or that they are in; and what only they are told."""
    live = _among(Leg.objects.exclude(agent=None), "agent", agent_ids)
    rows = live.exclude(state=LegState.ENDED).order_by().values_list(*CALL)
    return {row[0]: (_call(row[:13]), _own_call(row)) for row in rows}


def _call(row: tuple[Any, ...]) -> Row:
    _, call_id, leg_kind, direction, from_number, to_number, queue, state, held_at, *offer = row
    kind, offer_state, accepted_at, is_virtual = offer
    number = {"outbound": to_number, "internal": ""}.get(direction, from_number)
    if kind == "wait":
        kind = "callback" if is_virtual else "call"
    return {
        "call": call_id,
        "call_number": number or None,
        "call_queue": queue,
        "call_state": state,
        "talk_since": accepted_at if offer_state == OfferState.ACCEPTED else None,
        "held_at": held_at,
        "kind": kind or ("supervision" if leg_kind == "supervisor" else None),
    }


def _own_call(row: tuple[Any, ...]) -> Row | None:
    """The call that the agent talks in, with what their phone knows it by; None while it rings."""
    shown, (uuid, phone_call, name) = _call(row[:13]), row[13:]
    if shown["talk_since"] is None:
        return None
    return {
        "id": shown["call"],
        "uuid": uuid,
        "phone_call": phone_call or uuid,
        "kind": shown["kind"],
        "number": shown["call_number"],
        "name": name or None,
        "since": shown["talk_since"],
    }
