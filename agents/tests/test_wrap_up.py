"""A call, and the work after it."""

import pytest

from agents import services
from agents.tests.acting import after, again, choose, hold, log, running

pytestmark = [pytest.mark.db, pytest.mark.django_db]


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
