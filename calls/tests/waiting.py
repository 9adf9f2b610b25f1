"""Calls that wait and agents who are ready, as routing sees them."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from calls.routing import Candidate, Idle, Waiting

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SALES, SUPPORT = 1, 2
JANE, JOE, KIM = 11, 12, 13


def waiting(entry, *, minute=0, queue=SALES, agent=None, preferred=None):
    return Waiting(
        entry_id=entry,
        enqueued_at=NOON + timedelta(minutes=minute),
        queue_id=None if agent else queue,
        agent_id=agent,
        preferred_agent_id=preferred,
    )


def ready(agent, *queues, minute=0):
    return Idle(agent, NOON + timedelta(minutes=minute), frozenset(queues or {SALES}))


def candidate(agent, *queues, minute=0, excluded=""):
    idle = ready(agent, *queues, minute=minute)
    return Candidate(agent, f"Agent {agent}", idle.idle_since, idle.queue_ids, excluded)


minutes = st.integers(0, 5)
calls = st.lists(
    st.builds(
        waiting,
        st.integers(1, 30),
        minute=minutes,
        queue=st.integers(1, 3),
        agent=st.none() | st.integers(11, 16),
        preferred=st.none() | st.integers(11, 16),
    ),
    max_size=8,
    unique_by=lambda call: call.entry_id,
)
agents = st.lists(
    st.builds(
        Idle,
        st.integers(11, 16),
        minutes.map(lambda minute: NOON + timedelta(minutes=minute)),
        st.frozensets(st.integers(1, 3)),
    ),
    max_size=6,
    unique_by=lambda agent: agent.agent_id,
)
