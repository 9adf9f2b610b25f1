"""To whom a call can be handed on, and who can be asked into it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from agents import phones
from agents.models import Agent, AgentState, StateReason
from agents.states import State
from calls.models import Call, Queue, waits
from calls.selectors.queues import queue_rows
from contactcenter.vonage import numbers
from ivr.models import Flow

MOST = 50  # of each kind
RECENT_NUMBERS = 10
RECENT = timedelta(days=30)
# Why a colleague cannot be rung now.
WHY = {
    State.OFFLINE: "Offline",
    State.ON_BREAK: "On a break",
    State.MISSED: "Missed a call and is not back yet",
    State.OFFERED: "A call rings at their phone",
    State.BUSY: "In a call",
    State.WRAP_UP: "Busy with the call before",
}
Row = dict[str, Any]


def targets(*, agent_id: int, words: str, now: datetime) -> dict[str, list[Row]]:
    """Colleagues, queues, flows and recent numbers whose names or digits have these words in them.

    Who can be rung now comes first.
    """
    return {
        "agents": _agents(agent_id, words, now=now),
        "queues": _queues(words, now=now),
        "flows": [
            {"name": name}
            for name in Flow.objects.filter(versions__is_live=True, name__icontains=words)
            .order_by("name")
            .values_list("name", flat=True)[:MOST]
        ],
        "numbers": _numbers(agent_id, words, now=now),
    }


def _agents(agent_id: int, words: str, *, now: datetime) -> list[Row]:
    people = Agent.objects.exclude(id=agent_id).filter(user__is_active=True)
    for word in words.split():
        people = people.filter(
            Q(user__first_name__icontains=word)
            | Q(user__last_name__icontains=word)
            | Q(user__username__icontains=word)
        )
    agents = list(people.select_related("user"))
    running = AgentState.objects.filter(agent__in=agents, ended_at=None)
    states = {row.agent_id: row for row in running}
    labels = dict(StateReason.objects.values_list("code", "label"))
    rows = [_agent(agent, states.get(agent.id), labels, now=now) for agent in agents]
    rows.sort(key=lambda row: (not row["available"], row["name"].lower()))
    return rows[:MOST]


def _agent(
    agent: Agent, running: AgentState | None, labels: dict[str, str], *, now: datetime
) -> Row:
    state = State(running.state) if running else State.OFFLINE
    why = WHY.get(state)
    if why is None and phones.is_gone(agent, now=now):
        why = "No console open"
    if why is None and agent.no_offer_until and agent.no_offer_until > now:
        why = "Has just turned a call down"
    return {
        "username": agent.user.username,
        "name": str(agent),
        "state": state,
        "reason": labels.get(running.reason) if running else None,
        "since": running.started_at if running else None,
        "available": why is None,
        "why": why,
    }


def _queues(words: str, *, now: datetime) -> list[Row]:
    found = Queue.objects.filter(name__icontains=words).order_by("name")
    queues = {queue.id: queue for queue in found[:MOST]}
    closed = waits.closed_of(queues.values(), now=now)
    rows = queue_rows(Queue.objects.filter(id__in=queues).order_by("name"), now=now)
    return [
        {
            "name": row["name"],
            "waiting": row["waiting"],
            "agents_available": row["agents_available"],
            "open": row["id"] not in closed,
        }
        for row in rows
    ]


def _numbers(agent_id: int, words: str, *, now: datetime) -> list[Row]:
    """The customers this agent spoke to, or called, last."""
    mine = Call.objects.filter(
        legs__agent=agent_id, legs__offer__state="accepted", started_at__gt=now - RECENT
    )
    calls = mine.exclude(direction=Call.Direction.INTERNAL).select_related("customer")
    return list(_distinct(calls.order_by("-id")[: 20 * RECENT_NUMBERS], words))[:RECENT_NUMBERS]


def _distinct(calls: Iterable[Call], words: str) -> Iterable[Row]:
    # "+44 (0)20…", "0044 20…" and "020…" all are a part of 4420….
    digits = "".join(filter(str.isdigit, words.replace("(0)", ""))).lstrip("0")
    seen: set[str] = set()
    for call in calls:
        number = call.customer_number
        name = call.customer.name if call.customer else ""
        fits = (bool(digits) and digits in number) or words.lower() in name.lower()
        if number and number not in seen and (fits or not words):
            seen.add(number)
            yield {"number": number, "shown": numbers.shown(number), "name": name or None}
