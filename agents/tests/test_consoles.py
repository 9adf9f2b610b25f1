"""A console that goes and comes back."""

import pytest

from agents import phones, services
from agents.models import AgentState
from agents.tests.acting import HELD, NOON, after, again, choose, hold, log, running

pytestmark = [pytest.mark.db, pytest.mark.django_db]


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

    assert services.beat(agent_id=jane.id, now=after(315)) is True

    assert log(jane) == [("available", 0), ("offline", 15), ("available", 315)]
    assert (again(jane).idle_since or running(jane).started_at) == after(315)


def test_who_was_lost_for_more_than_five_minutes_stays_offline_until_they_choose(jane):
    choose(jane)
    services.beat(agent_id=jane.id, now=NOON)
    services.release_lapsed(now=after(15))

    assert services.beat(agent_id=jane.id, now=after(315.1)) is False
    assert services.beat(agent_id=jane.id, now=after(320)) is False

    assert log(jane) == [("available", 0), ("offline", 15)]
    assert (again(jane).choice, running(jane).reason) == ("offline", "connection_lost")
    choose(jane, at=after(400))
    assert running(jane).state == "available"


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
    choose(jane, at=after(9))

    assert services.release_lapsed(now=after(16)) == [jane.id]


def test_who_went_offline_has_left_their_console(jane):
    services.beat(agent_id=jane.id, now=NOON)
    choose(jane, "offline", at=after(1))

    choose(jane, at=after(2))

    assert services.release_lapsed(now=after(60)) == []
    assert running(jane).state == "available"


def test_who_chooses_after_their_console_was_closed_works_without_one(jane):
    epoch = phones.claim(agent_id=jane.id, tab="a tab", epoch=None, take_over=False, now=NOON).epoch
    services.beat(agent_id=jane.id, epoch=epoch, now=NOON)
    phones.close(agent_id=jane.id, epoch=epoch, now=after(1))

    choose(jane, at=after(2))

    assert services.release_lapsed(now=after(60)) == []
    assert running(jane).state == "available"


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
