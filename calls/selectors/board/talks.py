"""The calls that go on, and who listens to them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from calls.models import Call, Leg, QueueEntry, Supervision
from calls.selectors.board.terms import Row
from calls.selectors.supervision import Talk, talks_of
from calls.states import CallState, LegKind

NOT_RUNNING = (CallState.ENDED, CallState.AWAITING_CALLBACK)


@dataclass(frozen=True, slots=True)
class Listening:
    """A supervision that goes on."""

    id: int
    call: int
    agent: int
    leg: int
    mode: str
    state: str
    uuid: str | None
    joined_at: datetime | None
    began_at: datetime
    phone_call: str  # empty: the phone calls it by its uuid


@dataclass(frozen=True, slots=True)
class Running:
    """Calls that neither wait nor are over, by their ids."""

    calls: dict[int, Call] = field(default_factory=dict)
    talks: dict[int, Talk] = field(default_factory=dict)
    # Whose each of them is: of those who take part, or else of those who did, or were rung.
    agents: dict[int, frozenset[int]] = field(default_factory=dict)

    def with_new(self, new: "Running", *, gone: Collection[int]) -> "Running":
        """Without those that are gone, and with what was read of others."""

        def merged(old: dict[int, Any], read: dict[int, Any]) -> dict[int, Any]:
            return {one: known for one, known in old.items() if one not in gone} | read

        return Running(
            merged(self.calls, new.calls),
            merged(self.talks, new.talks),
            merged(self.agents, new.agents),
        )


def running_calls(call_ids: Collection[int] | None) -> Running:
    """Of these calls, or of all."""
    waits = QueueEntry.objects.filter(call=OuterRef("id"), left_at=None)
    calls = Call.objects.exclude(state__in=NOT_RUNNING).exclude(Exists(waits)).order_by("id")
    if call_ids is not None:
        calls = calls.filter(id__in=call_ids)
    found = {call.id: call for call in calls.select_related("queue", "customer")}
    if not found:
        return Running()
    talks = talks_of(found.values())
    return Running(found, talks, _agents_of(found.values(), talks))


def _agents_of(calls: Iterable[Call], talks: Mapping[int, Talk]) -> dict[int, frozenset[int]]:
    found = {
        call.id: talks[call.id].agent_ids | ({call.agent_id} if call.agent_id else set())
        for call in calls
    }
    left = [call_id for call_id, agents in found.items() if not agents]
    legs = Leg.objects.filter(call__in=left, kind=LegKind.AGENT) if left else Leg.objects.none()
    for call_id, agent_id in legs.order_by().values_list("call", "agent"):
        found[call_id] |= {agent_id}
    return found


def listening() -> list[Listening]:
    live = Supervision.objects.exclude(state=Supervision.State.ENDED).order_by("id")
    columns = (
        *("id", "call_id", "agent_id", "leg_id", "mode", "state", "leg__uuid"),
        *("joined_at", "began_at"),
    )
    return [Listening(*row) for row in live.values_list(*columns, "leg__phone_call")]


def call_row(call: Call, talk: Talk, names: Mapping[int, str], heard: Iterable[Listening]) -> Row:
    """`names`: of agents. The agent whose call it is comes first."""
    others = sorted(talk.agent_ids, key=lambda one: (one != call.agent_id, names.get(one, "")))
    return {
        "id": call.id,
        "number": call.customer_number or None,
        "name": (call.customer and call.customer.name) or None,
        "queue": call.queue.name if call.queue else None,
        "state": call.state,
        "since": call.answered_at or call.enqueued_at or call.started_at,
        "agents": [names[one] for one in others if one in names],
        "held_at": call.held_at,
        "supervisions": [
            {
                "id": one.id,
                "by": names.get(one.agent, ""),
                "agent": one.agent,
                "mode": one.mode,
                "mine": False,
            }
            for one in heard
        ],
    }
