"""What one viewer sees of the floor: their part of it, cut down to their rights."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from agents.states import STORED, State
from calls.figures import Figures
from calls.floor_alerts import Watched
from calls.selectors.board import masks
from calls.selectors.board.terms import Floor, Placed, Row
from calls.selectors.supervision import MODES, Asker, can_as

NOBODY = -1  # an agent who is in none of the calls


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose floor: these agents, and the queues they serve."""

    agents: frozenset[int] = frozenset()
    queues: frozenset[int] = frozenset()

    def shows_wait(self, one: Placed) -> bool:
        if one.agents:
            return bool(one.agents & self.agents) or one.queue in self.queues
        return one.queue is None or one.queue in self.queues

    def shows_call(self, one: Placed) -> bool:
        """A call that nobody has had yet belongs to its queue, or to everybody."""
        if one.agents:
            return bool(one.agents & self.agents)
        return one.queue is None or one.queue in self.queues


@dataclass(frozen=True, slots=True)
class View:
    """A scope as somebody sees it. Equal views are told the same. No asker: on a wall."""

    scope: Scope
    asker: Asker | None = None
    listens: int | None = None  # the asker's own supervision


def view_of(scope: Scope, asker: Asker, floor: Floor) -> View:
    """The asker's view just now; all who could do the same have the same."""
    agent_id, listens = asker.agent_id, None
    if agent_id is not None:
        row, own = floor.agents.get(agent_id), floor.supervising.get(agent_id)
        state = State(row["state"]) if row else State.OFFLINE
        listens = own["id"] if own else None
        asker = replace(
            asker,
            agent_id=agent_id if agent_id in floor.talking else NOBODY,
            state=State.AVAILABLE if state in STORED else state,
            call_id=own["call"] if own else None,
            mode=own["mode"] if own else "",
        )
    return View(scope, asker, listens)


def whole(view: View, floor: Floor) -> dict[str, Any]:
    """All that this view shows, but for alerts and the viewer."""
    scope = view.scope
    return {
        "queues": [row for row in floor.queues.values() if row["id"] in scope.queues],
        "waiting": [
            _wait(view, one.row) for one in floor.waiting.values() if scope.shows_wait(one)
        ],
        "agents": [
            _agent(view, row, floor) for row in floor.agents.values() if row["id"] in scope.agents
        ],
        "calls": [_call(view, one.row) for one in floor.calls.values() if scope.shows_call(one)],
        "totals": totals(scope, floor),
    }


@dataclass(frozen=True, slots=True)
class Changes:
    """The ids of rows that are not the same in two floors, also of those in only one of them."""

    queues: frozenset[int]
    waiting: frozenset[int]
    agents: frozenset[int]
    calls: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.queues or self.waiting or self.agents or self.calls)


def changes(old: Floor, new: Floor) -> Changes:
    moved = _different(old.talks, new.talks)  # they decide what may be done
    in_them = frozenset(
        agent_id
        for call in moved
        for floor in (old, new)
        if call in floor.talks
        for agent_id in floor.talks[call].agent_ids
        if agent_id in new.agents
    )
    return Changes(
        _different(old.queues, new.queues),
        _different(old.waiting, new.waiting),
        _different(old.agents, new.agents) | in_them,
        _different(old.calls, new.calls),
    )


def _different(old: Mapping[int, Any], new: Mapping[int, Any]) -> frozenset[int]:
    changed = {one for one, row in new.items() if old.get(one) != row}
    return frozenset(changed | (old.keys() - new.keys()))


def delta(view: View, old: Floor, new: Floor, what: Changes) -> dict[str, Any]:
    """What a view is told of these changes: whole rows, and what is gone."""
    scope = view.scope
    found = {
        "queues": [
            new.queues[one] for one in sorted(what.queues & scope.queues & new.queues.keys())
        ],
        "waiting": [
            _wait(view, new.waiting[one].row)
            for one in sorted(what.waiting)
            if one in new.waiting and scope.shows_wait(new.waiting[one])
        ],
        "agents": [
            _agent(view, new.agents[one], new)
            for one in sorted(what.agents & scope.agents)
            if one in new.agents
        ],
        "calls": [
            _call(view, new.calls[one].row)
            for one in sorted(what.calls)
            if one in new.calls and scope.shows_call(new.calls[one])
        ],
    }
    gone = {
        "waiting": _gone(what.waiting, old.waiting, new.waiting, scope.shows_wait),
        "agents": sorted((what.agents & scope.agents) - new.agents.keys()),
        "calls": _gone(what.calls, old.calls, new.calls, scope.shows_call),
    }
    told: dict[str, Any] = {name: rows for name, rows in found.items() if rows}
    if any(gone.values()):
        told["gone"] = {name: ids for name, ids in gone.items() if ids}
    return told


def _gone(
    ids: Iterable[int], old: Mapping[int, Placed], new: Mapping[int, Placed], is_shown: Any
) -> list[int]:
    return sorted(
        one
        for one in ids
        if one in old and is_shown(old[one]) and not (one in new and is_shown(new[one]))
    )


def other_view(old: View, new: View, floor: Floor) -> dict[str, Any]:
    """What changes for a viewer whose own standing has changed, on the same floor."""
    scope = new.scope
    agents = [
        _agent(new, row, floor)
        for row in floor.agents.values()
        if row["id"] in scope.agents
        and row["call"] is not None
        and _agent(old, row, floor) != _agent(new, row, floor)
    ]
    calls = [
        _call(new, one.row)
        for one in floor.calls.values()
        if scope.shows_call(one) and _call(old, one.row) != _call(new, one.row)
    ]
    return {name: rows for name, rows in (("agents", agents), ("calls", calls)) if rows}


def totals(scope: Scope, floor: Floor) -> Row:
    """Sums over all that a scope shows."""
    waiting = [
        one.row["enqueued_at"]
        for one in floor.waiting.values()
        if one.row["kind"] == "call" and scope.shows_wait(one)
    ]
    states = Counter(floor.agents[one]["state"] for one in scope.agents if one in floor.agents)
    counted = [floor.figures[one] for one in scope.queues if one in floor.figures]
    today = sum((one.today for one in counted), Figures())
    return {
        "waiting": len(waiting),
        "longest_since": min(waiting, default=None),
        "available": states[State.AVAILABLE],
        "offered": states[State.OFFERED],
        "busy": states[State.BUSY],
        "wrap_up": states[State.WRAP_UP],
        "on_break": states[State.ON_BREAK],
        "missed": states[State.MISSED],
        "offline": states[State.OFFLINE],
        "service_level": today.service_level,
        "service_level_30": sum((one.lately for one in counted), Figures()).service_level,
        "target": _target(scope, floor),
        "answered_today": today.answered,
        "abandoned_today": today.abandoned,
    }


def _target(scope: Scope, floor: Floor) -> Row | None:
    """What all queues of a scope aim at; None where they differ, or there are none."""
    aims = [floor.queues[one]["target"] for one in scope.queues if one in floor.queues]
    return aims[0] if aims and all(one == aims[0] for one in aims) else None


def alert_rows(view: View, known: Iterable[Watched]) -> list[Row]:
    """The alerts of this scope; on a wall those of queues only."""
    scope = view.scope
    return [
        one.row()
        for one in known
        if one.alert.queue in scope.queues
        or (view.asker is not None and one.alert.agent in scope.agents)
    ]


def _agent(view: View, row: Row, floor: Floor) -> Row:
    if view.asker is None:
        return masks.agent(row)
    talk = floor.talks.get(row["call"]) if row["call"] is not None else None
    if talk is None or row["id"] not in talk.agent_ids:
        words = f"{row['name']} is not in a call that goes on."
        return row | {"can": dict.fromkeys(MODES, words)}
    return row | {"can": can_as(view.asker, talk)}


def _wait(view: View, row: Row) -> Row:
    return masks.wait(row) if view.asker is None else row


def _call(view: View, row: Row) -> Row:
    if view.asker is None:
        return masks.call(row)
    if view.listens is None:
        return row
    mine = [one | {"mine": one["id"] == view.listens} for one in row["supervisions"]]
    return row | {"supervisions": mine}


def scope_of(floor_agents: Collection[int], served: Mapping[int, frozenset[int]]) -> Scope:
    """Of these agents."""
    known = frozenset(floor_agents)
    return Scope(known, frozenset().union(*(served.get(one, frozenset()) for one in known)))
