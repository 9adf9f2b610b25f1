"""Calls that wait and agents who are ready, as routing sees them; and its rules the plain way."""

from hypothesis import strategies as st

from calls.routing import Assignment, Candidate, Idle, Need, Waiting, may_take, order_key, rank
from calls.states import Strategy

NOON = 1_000_000.0
SALES, SUPPORT = 1, 2
JANE, JOE, KIM = 11, 12, 13
FRENCH, REPAIRS = 21, 22


def waiting(entry, *, minute=0, queue=SALES, agent=None, preferred=None, until=600, **more):
    return Waiting(
        entry_id=entry,
        enqueued_at=NOON + 60 * minute,
        queue_id=None if agent else queue,
        agent_id=agent,
        preferred_agent_id=preferred,
        preferred_until=NOON + until if preferred else 0.0,
        **more,
    )


def ready(agent, *queues, minute=0, **more):
    return Idle(agent, NOON + 60 * minute, frozenset(queues or {SALES}), **more)


def candidate(agent, *queues, minute=0, excluded="", **more):
    since = NOON + 60 * minute
    name = f"Agent {agent}"
    return Candidate(
        agent, since, frozenset(queues or {SALES}), name=name, excluded=excluded, **more
    )


def seen(agent, excluded=""):
    """The agent as explanations see them."""
    return Candidate(
        agent.agent_id,
        agent.idle_since,
        agent.queue_ids,
        agent.skills,
        agent.places,
        agent.turns,
        excluded=excluded,
    )


def by_scanning(queued, idle, *, now, limit=None):
    """What `assign` must find: every call looks at every agent."""
    free = {agent.agent_id: agent for agent in idle}
    room = len(free) if limit is None else limit
    found: list[Assignment] = []
    ringing = [call for call in queued if call.rung]
    for call in sorted(queued, key=lambda call: (order_key(call), call.entry_id)):
        able = [agent for agent in free.values() if may_take(call, agent, now)]
        if call.rung or not able or len(found) >= room:
            continue
        found.append(_given(call, able, free, now))
        if call.strategy == Strategy.RING_ALL:
            ringing.append(call)
    for call in sorted(ringing, key=lambda call: (order_key(call), call.entry_id)):
        while len(found) < room:
            able = [agent for agent in free.values() if may_take(call, agent, now)]
            if not able:
                break
            found.append(_given(call, able, free, now))
    return found


def _given(call, able, free, now):
    is_preferred = now < call.preferred_until
    first = min(
        able,
        key=lambda one: (
            not (is_preferred and one.agent_id == call.preferred_agent_id),
            *rank(call, one),
        ),
    )
    del free[first.agent_id]
    return Assignment(call.entry_id, first.agent_id)


quarters = st.integers(0, 20).map(lambda quarter: NOON + 15 * quarter)
moments = st.integers(0, 60).map(lambda step: NOON + 15 * step)  # often the very end of a need
people = st.integers(11, 16)
queues = st.integers(1, 3)
skills = st.dictionaries(st.integers(21, 23), st.integers(1, 5), max_size=3)
needs = st.lists(
    st.builds(
        Need,
        st.integers(21, 23),
        st.integers(1, 5),
        st.none() | st.integers(1, 40).map(lambda step: 15.0 * step),
    ),
    max_size=3,
).map(tuple)


def _call(entry, at, queue, agent, **more):
    return Waiting(entry, at, None if agent else queue, agent, **more)


calls = st.lists(
    st.builds(
        _call,
        st.integers(1, 30),
        quarters,
        queues,
        st.sampled_from([None, None, None, None, *range(11, 17)]),
        priority=st.integers(-3, 3),
        strategy=st.sampled_from(Strategy),
        needs=needs,
        preferred_agent_id=st.none() | people,
        preferred_until=moments,
        is_kept=st.booleans(),
        rung=st.just(frozenset()) | st.frozensets(people, max_size=2),
    ).map(lambda call: call if call.strategy == Strategy.RING_ALL else _unrung(call)),
    max_size=10,
    unique_by=lambda call: call.entry_id,
)
agents = st.lists(
    st.builds(
        Idle,
        people,
        quarters,
        st.frozensets(queues),
        skills,
        st.dictionaries(queues, st.integers(0, 3)),
        st.dictionaries(queues, quarters),
    ),
    max_size=6,
    unique_by=lambda agent: agent.agent_id,
)


def _unrung(call):
    return Waiting(
        call.entry_id,
        call.enqueued_at,
        call.queue_id,
        call.agent_id,
        call.priority,
        call.strategy,
        call.needs,
        call.preferred_agent_id,
        call.preferred_until,
        call.is_kept,
    )
