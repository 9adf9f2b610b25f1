"""The log of an agent's time, as a whole."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents import services
from agents.errors import AgentBusy
from agents.models import Agent, AgentState, User
from agents.tests.acting import NOON

pytestmark = [pytest.mark.db, pytest.mark.django_db]


states = st.sampled_from(["available", "on_break", "offline"])
pauses = st.sampled_from([0, 1, 999, 5_000, 10_000, 15_000, 30_000, 86_400_000])


def rings_again(*, agent_id, now):
    """Also in the midst of a wrap-up."""
    services.reserve_all(agent_ids=[agent_id], in_wrap_up=[agent_id], now=now)


changes = st.one_of(
    st.builds(lambda state: partial(services.choose, state=state, reason="", actor=""), states),
    st.builds(lambda pause: partial(services.free_after_offer, pause=pause), st.booleans()),
    st.builds(lambda ms: ("wrap_up", timedelta(milliseconds=ms)), st.integers(0, 60_000)),
    st.sampled_from(
        [
            services.reserve,
            rings_again,
            partial(services.log_out, actor=""),
            services.occupy,
            services.miss,
            services.fail,
            services.break_for_device,
            services.lose,
            services.beat,
        ]
    ),
    st.sampled_from(["end_wrap_ups", "release_lapsed"]),
)


def change(agent, wanted, now):
    if isinstance(wanted, str):
        getattr(services, wanted)(now=now)
    elif isinstance(wanted, tuple):
        services.wrap_up(agent_id=agent.id, until=now + wanted[1], now=now)
    else:
        with suppress(AgentBusy):
            wanted(agent_id=agent.id, now=now)


@given(st.lists(st.tuples(pauses, changes), min_size=1, max_size=25))
@settings(
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_times_in_states_add_up_to_the_time_since_the_first_whatever_happens(done):
    User.objects.filter(username="kim").delete()
    kim = Agent.objects.create(user=User.objects.create(username="kim"), vonage_user="Kim")
    now = NOON
    services.open_state(kim, now=now)

    for pause, wanted in done:
        now += timedelta(milliseconds=pause)
        change(kim, wanted, now)

    intervals = list(AgentState.objects.filter(agent=kim))
    assert intervals[0].started_at == NOON
    assert all(one.ended_at == other.started_at for one, other in pairwise(intervals))
    assert [row.ended_at for row in intervals].count(None) == 1
    lasted = [(row.ended_at or now) - row.started_at for row in intervals]
    assert min(lasted) >= timedelta(0)
    assert sum(lasted, timedelta(0)) == now - NOON
