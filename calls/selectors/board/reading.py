"""The floor, read at once or only as far as it has changed."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from calls.models import Leg
from calls.selectors.board.chances import Chance, chances
from calls.selectors.board.people import people
from calls.selectors.board.queues import TALKING, facts, figures, queue_rows
from calls.selectors.board.talks import Listening, Running, call_row, listening, running_calls
from calls.selectors.board.terms import Counted, Floor, Person, Placed, QueueFacts, Row
from calls.selectors.board.waits import waits
from calls.selectors.supervision import Talk
from calls.states import LegState


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of the tables; `floor` is what it shows."""

    queues: dict[int, QueueFacts] = field(default_factory=dict)
    figures: dict[int, Counted] = field(default_factory=dict)
    waiting: dict[int, Placed] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    running: Running = field(default_factory=Running)
    listening: list[Listening] = field(default_factory=list)
    chances: dict[int, Chance] = field(default_factory=dict)


def read(*, now: datetime) -> Reading:
    """Everything, in a number of queries that does not grow."""
    known = facts(now=now)
    waiting, everybody = waits(None), people(None, now=now)
    rows = {agent_id: one.row for agent_id, one in everybody.items()}
    return Reading(
        queues=known,
        figures=figures(known.values(), now=now),
        waiting=waiting,
        people=everybody,
        running=running_calls(None),
        listening=listening(),
        chances=chances(waiting, rows, now=now),
    )


def reread(
    old: Reading, *, agents: Collection[int], queues: Collection[int], now: datetime
) -> Reading:
    """What may have changed with these agents and queues; the rest as it was known."""
    waiting = old.waiting
    if queues:
        kept = {
            call: one
            for call, one in waiting.items()
            if one.queue is not None and one.queue not in queues
        }
        waiting = kept | waits(queues)
    touched = _calls_of(agents)
    touched |= {call for call, theirs in old.running.agents.items() if theirs & set(agents)}
    touched |= {call for call, one in old.waiting.items() if one.queue in queues}
    new = running_calls(touched) if touched else Running()
    return replace(
        old,
        waiting=waiting,
        figures=old.figures | figures(old.queues.values(), now=now, queue_ids=queues)
        if queues
        else old.figures,
        people=old.people | people(agents, now=now) if agents else old.people,
        running=old.running.with_new(new, gone=touched | waiting.keys()),
        listening=listening(),
    )


def look_ahead(old: Reading, *, now: datetime) -> Reading:
    """Who would take the waiting calls, afresh."""
    rows = {agent_id: one.row for agent_id, one in old.people.items()}
    return replace(old, chances=chances(old.waiting, rows, now=now))


def _calls_of(agent_ids: Collection[int]) -> set[int]:
    if not agent_ids:
        return set()
    live = Leg.objects.filter(agent__in=agent_ids).exclude(state=LegState.ENDED)
    return set(live.order_by().values_list("call_id", flat=True))


def floor_of(known: Reading, *, now: datetime) -> Floor:
    """What the reading shows. It asks the tables nothing."""
    heard: dict[int, list[Listening]] = {}
    for one in known.listening:
        heard.setdefault(one.call, []).append(one)
    running = known.running
    names = {agent_id: one.row["name"] for agent_id, one in known.people.items()}
    in_calls = [
        call.queue_id
        for call_id, call in running.calls.items()
        if call.state in TALKING and running.talks[call_id].agent_ids
    ]
    return Floor(
        now=now,
        queues=queue_rows(
            known.queues,
            known.figures,
            known.waiting.values(),
            known.people.values(),
            in_calls,
            now=now,
        ),
        waiting={call: _with_chance(one, known.chances) for call, one in known.waiting.items()},
        agents={
            agent_id: _with_listeners(one.row, running.talks, heard, names)
            for agent_id, one in known.people.items()
        },
        calls={
            call_id: Placed(
                call_row(call, running.talks[call_id], names, heard.get(call_id, ())),
                call.queue_id,
                running.agents[call_id],
            )
            for call_id, call in running.calls.items()
        },
        figures=known.figures,
        talks=running.talks,
        talking=frozenset().union(*(talk.agent_ids for talk in running.talks.values())),
        supervising={one.agent: _supervision(one) for one in known.listening},
        talked={agent_id: one.talks for agent_id, one in known.people.items() if one.talks},
    )


def _supervision(one: Listening) -> Row:
    """As the supervisor's own screen is told of it."""
    return {
        "id": one.id,
        "call": one.call,
        "leg": one.leg,
        "mode": one.mode,
        "state": one.state,
        "uuid": one.uuid,
        "phone_call": one.phone_call or one.uuid,
        "since": one.joined_at or one.began_at,
    }


def _with_chance(one: Placed, known: dict[int, Chance]) -> Placed:
    chance = known.get(one.row["id"])
    if chance is None or one.row["offered_to"]:
        ringing = one.row["offered_to"]
        return replace(one, row=one.row | {"why": f"It rings for {ringing}."}) if ringing else one
    return replace(one, row=one.row | {"candidates": chance.candidates, "why": chance.why or None})


def _with_listeners(
    row: Row, talks: dict[int, Talk], heard: dict[int, list[Listening]], names: dict[int, str]
) -> Row:
    call = row["call"]
    if call not in heard or call not in talks or row["id"] not in talks[call].agent_ids:
        return row
    listeners = [{"name": names.get(one.agent, ""), "mode": one.mode} for one in heard[call]]
    return row | {"supervised_by": listeners}
