"""What agents do, and what calls do to them: states, their log, and who may be offered a call."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents import services
from agents.errors import AgentBusy, UnknownReason
from agents.models import Agent, AgentState, StateReason, User

pytestmark = [pytest.mark.db, pytest.mark.django_db]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HELD = ["offered", "busy"]


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def choose(agent, state="available", *, at=NOON, reason=""):
    services.choose(
        agent_id=agent.id, state=state, reason=reason, actor=agent.user.username, now=at
    )


def hold(agent, state, *, at=NOON):
    """Bring an agent into a state in which a call, or the work after one, holds them."""
    choose(agent, at=at)
    services.reserve(agent_id=agent.id, now=at)
    if state != "offered":
        services.occupy(agent_id=agent.id, now=at)
    if state == "wrap_up":
        services.wrap_up(agent_id=agent.id, until=at + timedelta(seconds=30), now=at)


def running(agent):
    return AgentState.objects.get(agent=agent, ended_at=None)


def log(agent):
    """(state, seconds after noon at which it began) of every interval that lasted."""
    rows = AgentState.objects.filter(agent=agent).exclude(ended_at=NOON)
    return [(row.state, (row.started_at - NOON).total_seconds()) for row in rows]


def again(agent):
    agent.refresh_from_db()
    return agent


# The agent's own choice


def test_an_agent_begins_offline_and_becomes_what_they_choose(jane):
    choose(jane)

    states = AgentState.objects.filter(agent=jane)
    assert [(row.state, row.started_at, row.ended_at) for row in states] == [
        ("offline", NOON, NOON),
        ("available", NOON, None),
    ]


def test_an_interval_begins_at_the_instant_at_which_the_last_one_ends(jane):
    choose(jane)
    choose(jane, "on_break", at=after(7))

    assert log(jane) == [("available", 0), ("on_break", 7)]
    assert AgentState.objects.get(state="available").ended_at == after(7)


def test_the_same_choice_again_changes_nothing(jane):
    choose(jane)
    idle_since = again(jane).idle_since

    choose(jane, at=after(60))

    assert log(jane) == [("available", 0)]
    assert again(jane).idle_since == idle_since


def test_another_reason_is_another_interval(jane):
    StateReason.objects.create(code="lunch", label="Lunch")
    choose(jane, "on_break")

    choose(jane, "on_break", at=after(9), reason="lunch")

    assert log(jane) == [("on_break", 0), ("on_break", 9)]
    assert (running(jane).reason, running(jane).actor) == ("lunch", "jane")


@pytest.mark.parametrize("state", ["missed", "offered", "busy", "wrap_up", "asleep", "", "None"])
def test_a_state_that_nobody_can_choose_is_refused(jane, state):
    with pytest.raises(UnknownReason):
        choose(jane, state)

    assert not AgentState.objects.exists()


def test_a_reason_that_is_not_on_the_list_is_refused(jane):
    with pytest.raises(UnknownReason):
        choose(jane, "on_break", reason="lunch")

    assert not AgentState.objects.exists()


def test_a_reason_that_only_the_system_gives_is_refused(jane):
    StateReason.objects.create(code="device", label="Device failed", is_system=True)

    with pytest.raises(UnknownReason):
        choose(jane, "on_break", reason="device")


@pytest.mark.parametrize("state", HELD)
@pytest.mark.parametrize("choice", ["available", "on_break", "offline"])
def test_nobody_chooses_while_a_call_holds_them(jane, state, choice):
    hold(jane, state)

    with pytest.raises(AgentBusy):
        choose(jane, choice, at=after(5))

    assert running(jane).state == state
    assert again(jane).choice == "available"


def test_a_clock_that_steps_back_never_makes_time_negative(jane):
    choose(jane, at=after(10))

    choose(jane, "on_break", at=after(8))

    states = list(AgentState.objects.filter(agent=jane))
    assert [row.started_at for row in states] == [after(10)] * 3
    assert [row.ended_at for row in states] == [after(10), after(10), None]


def test_who_becomes_available_is_idle_from_then_on(jane):
    choose(jane, "on_break")

    choose(jane, at=after(40))

    assert again(jane).idle_since == after(40)


# An offer


def test_an_available_agent_is_held_for_one_offer(jane):
    choose(jane)

    services.reserve(agent_id=jane.id, now=after(5))

    assert log(jane) == [("available", 0), ("offered", 5)]


@pytest.mark.parametrize("state", ["offline", "on_break"])
def test_who_is_not_available_is_not_held(jane, state):
    choose(jane, state)

    with pytest.raises(AgentBusy):
        services.reserve(agent_id=jane.id, now=NOON)

    assert running(jane).state == state


@pytest.mark.parametrize("state", [*HELD, "wrap_up"])
def test_who_is_held_already_is_not_held_twice(jane, state):
    hold(jane, state)

    with pytest.raises(AgentBusy):
        services.reserve(agent_id=jane.id, now=NOON)


def test_who_never_logged_in_is_not_held(jane):
    with pytest.raises(AgentBusy):
        services.reserve(agent_id=jane.id, now=NOON)


def test_an_offer_that_ended_without_blame_leaves_the_agent_at_their_place(jane):
    hold(jane, "offered")

    services.free_after_offer(agent_id=jane.id, now=after(8), pause=False)

    assert again(jane).idle_since == NOON
    assert services.reserve(agent_id=jane.id, now=after(8.001)) == jane


def test_who_declined_gets_no_offer_for_ten_seconds(jane):
    hold(jane, "offered")
    services.free_after_offer(agent_id=jane.id, now=after(5), pause=True)

    with pytest.raises(AgentBusy):
        services.reserve(agent_id=jane.id, now=after(14.999))
    services.reserve(agent_id=jane.id, now=after(15))

    assert log(jane)[1:] == [("available", 5), ("offered", 15)]


def test_who_missed_a_call_gets_no_more_until_they_come_back(jane):
    hold(jane, "offered")
    services.miss(agent_id=jane.id, now=after(20))
    assert (running(jane).state, running(jane).reason) == ("missed", "missed")

    choose(jane, at=after(300))

    assert log(jane)[1:] == [("missed", 20), ("available", 300)]
    assert again(jane).idle_since == after(300)


def test_one_offer_that_did_not_arrive_is_forgiven_after_ten_seconds(jane):
    hold(jane, "offered")

    services.fail(agent_id=jane.id, now=after(5))

    assert running(jane).state == "available"
    with pytest.raises(AgentBusy):
        services.reserve(agent_id=jane.id, now=after(14))
    assert services.reserve(agent_id=jane.id, now=after(15)) == jane


def test_the_second_offer_in_a_row_that_did_not_arrive_takes_the_agent_offline(jane):
    hold(jane, "offered")
    services.fail(agent_id=jane.id, now=after(5))
    services.reserve(agent_id=jane.id, now=after(20))

    services.fail(agent_id=jane.id, now=after(25))

    assert (running(jane).state, running(jane).reason) == ("offline", "unreachable")
    assert running(jane).started_at == after(25)


def test_a_call_in_between_makes_the_next_failure_the_first_again(jane):
    hold(jane, "offered")
    services.fail(agent_id=jane.id, now=after(5))
    services.reserve(agent_id=jane.id, now=after(20))
    services.occupy(agent_id=jane.id, now=after(22))
    services.wrap_up(agent_id=jane.id, until=after(60), now=after(60))
    services.reserve(agent_id=jane.id, now=after(70))

    services.fail(agent_id=jane.id, now=after(75))

    assert running(jane).state == "available"


def test_coming_back_makes_the_next_failure_the_first_again_and_ends_the_pause(jane):
    hold(jane, "offered")
    services.fail(agent_id=jane.id, now=after(5))
    choose(jane, "on_break", at=after(6))
    choose(jane, at=after(7))
    services.reserve(agent_id=jane.id, now=after(8))

    services.fail(agent_id=jane.id, now=after(9))

    assert running(jane).state == "available"


def test_a_declined_offer_has_arrived_so_the_next_failure_is_the_first_again(jane):
    hold(jane, "offered")
    services.fail(agent_id=jane.id, now=after(5))
    services.reserve(agent_id=jane.id, now=after(20))
    services.free_after_offer(agent_id=jane.id, now=after(22), pause=True)
    services.reserve(agent_id=jane.id, now=after(40))

    services.fail(agent_id=jane.id, now=after(45))

    assert running(jane).state == "available"


def test_who_cannot_answer_for_their_device_is_on_a_break(jane):
    hold(jane, "offered")

    services.break_for_device(agent_id=jane.id, now=after(3))

    assert (running(jane).state, running(jane).reason) == ("on_break", "device")


# A call, and the work after it


def test_who_has_taken_a_call_is_busy(jane):
    hold(jane, "offered")

    services.occupy(agent_id=jane.id, now=after(4))

    assert log(jane) == [("offered", 0), ("busy", 4)]
    assert again(jane).idle_since is None


def test_a_wrap_up_ends_at_its_very_instant_however_late_the_router_looks(jane):
    hold(jane, "busy")
    services.wrap_up(agent_id=jane.id, until=after(90.5), now=after(60))

    freed = services.end_wrap_ups(now=after(97))

    assert freed == [jane.id]
    assert log(jane) == [("busy", 0), ("wrap_up", 60), ("available", 90.5)]
    assert (again(jane).idle_since, jane.wrap_up_until) == (after(90.5), None)


def test_a_wrap_up_that_is_not_over_goes_on(jane):
    hold(jane, "wrap_up")

    assert services.end_wrap_ups(now=after(29.999)) == []
    assert running(jane).state == "wrap_up"

    assert services.end_wrap_ups(now=after(30)) == [jane.id]
    assert services.end_wrap_ups(now=after(31)) == []


def test_without_wrap_up_time_the_agent_is_available_and_idle_at_once(jane):
    hold(jane, "busy")

    services.wrap_up(agent_id=jane.id, until=after(60), now=after(60))

    assert log(jane) == [("busy", 0), ("available", 60)]
    assert (again(jane).idle_since, jane.wrap_up_until) == (after(60), None)


@pytest.mark.parametrize(("choice", "idle_since"), [("available", 12), ("on_break", None)])
def test_a_choice_ends_the_wrap_up(jane, choice, idle_since):
    hold(jane, "wrap_up")

    choose(jane, choice, at=after(12))

    assert log(jane) == [("wrap_up", 0), (choice, 12)]
    assert again(jane).idle_since == (idle_since and after(idle_since))
    assert services.end_wrap_ups(now=after(40)) == []


# A console that goes and comes back


def test_an_agent_whose_leg_broke_off_is_back_with_the_first_beat(jane):
    hold(jane, "busy")
    services.lose(agent_id=jane.id, now=after(60))
    assert (running(jane).state, running(jane).reason) == ("offline", "connection_lost")

    assert services.beat(agent_id=jane.id, now=after(64)) is True

    assert log(jane) == [("busy", 0), ("offline", 60), ("available", 64)]
    assert services.beat(agent_id=jane.id, now=after(69)) is False


@pytest.mark.parametrize("state", [*HELD, "wrap_up"])
def test_a_beat_changes_nothing_for_an_agent_who_was_not_lost(jane, state):
    hold(jane, state)

    assert services.beat(agent_id=jane.id, now=after(5)) is False

    assert running(jane).state == state
    assert again(jane).console_until == after(20)


def test_who_is_lost_and_chooses_a_break_is_not_brought_back_by_a_beat(jane):
    hold(jane, "busy")
    services.lose(agent_id=jane.id, now=after(60))
    choose(jane, "on_break", at=after(62))

    assert services.beat(agent_id=jane.id, now=after(64)) is False

    assert running(jane).state == "on_break"


def test_who_waits_behind_a_console_that_has_gone_is_offline_since_its_lease_ended(jane):
    choose(jane)
    services.beat(agent_id=jane.id, now=after(5))

    assert services.release_lapsed(now=after(19.999)) == []
    assert services.release_lapsed(now=after(23)) == [jane.id]

    assert log(jane) == [("available", 0), ("offline", 20)]
    assert running(jane).reason == "connection_lost"
    assert services.release_lapsed(now=after(24)) == []


def test_a_console_that_comes_back_makes_the_agent_available_but_not_longest_idle(jane):
    choose(jane)
    services.beat(agent_id=jane.id, now=NOON)
    services.release_lapsed(now=after(15))

    assert services.beat(agent_id=jane.id, now=after(3600)) is True

    assert log(jane) == [("available", 0), ("offline", 15), ("available", 3600)]
    assert (again(jane).idle_since or running(jane).started_at) == after(3600)


@pytest.mark.parametrize("state", [*HELD, "wrap_up"])
def test_a_lapsed_lease_does_not_touch_who_is_held(jane, state):
    services.beat(agent_id=jane.id, now=NOON)
    hold(jane, state)

    assert services.release_lapsed(now=after(16)) == []
    assert running(jane).state == state


@pytest.mark.parametrize("state", ["on_break", "offline"])
def test_a_lapsed_lease_does_not_touch_who_does_not_wait_for_calls(jane, state):
    services.beat(agent_id=jane.id, now=NOON)
    choose(jane, state)

    assert services.release_lapsed(now=after(16)) == []
    assert running(jane).state == state


def test_a_lease_that_ended_before_a_choice_says_nothing_about_what_comes_after_it(jane):
    services.beat(agent_id=jane.id, now=NOON)
    choose(jane, at=after(16))

    assert services.release_lapsed(now=after(17)) == []
    assert running(jane).state == "available"


def test_a_choice_leaves_a_running_lease_as_it_is(jane):
    services.beat(agent_id=jane.id, now=NOON)
    choose(jane, at=after(10))

    assert services.release_lapsed(now=after(16)) == [jane.id]


@pytest.mark.parametrize("state", ["lost", "busy"])
def test_a_lapsed_lease_that_releases_nobody_is_only_looked_at(
    jane, state, django_assert_num_queries
):
    services.beat(agent_id=jane.id, now=NOON)
    hold(jane, "busy")
    if state == "lost":
        services.lose(agent_id=jane.id, now=after(5))

    with django_assert_num_queries(1):
        services.release_lapsed(now=after(60))


def test_who_has_no_console_is_never_released(jane):
    choose(jane)

    assert services.release_lapsed(now=after(86400)) == []


def test_a_console_that_goes_during_a_wrap_up_takes_the_agent_offline_at_its_end(jane):
    services.beat(agent_id=jane.id, now=NOON)
    hold(jane, "wrap_up")
    services.end_wrap_ups(now=after(31))

    assert services.release_lapsed(now=after(31)) == [jane.id]

    states = AgentState.objects.filter(agent=jane).exclude(ended_at=NOON)
    assert [(row.state, row.started_at) for row in states] == [
        ("wrap_up", NOON),
        ("available", after(30)),
        ("offline", after(30)),
    ]


# The log as a whole

states = st.sampled_from(["available", "on_break", "offline"])
pauses = st.sampled_from([0, 1, 999, 5_000, 10_000, 15_000, 30_000, 86_400_000])
changes = st.one_of(
    st.builds(lambda state: partial(services.choose, state=state, reason="", actor=""), states),
    st.builds(lambda pause: partial(services.free_after_offer, pause=pause), st.booleans()),
    st.builds(lambda ms: ("wrap_up", timedelta(milliseconds=ms)), st.integers(0, 60_000)),
    st.sampled_from(
        [
            services.reserve,
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
