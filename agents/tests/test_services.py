"""What agents choose, and the log of it."""

import pytest

from agents.errors import AgentBusy, UnknownReason
from agents.models import AgentState, StateReason
from agents.tests.acting import HELD, NOON, after, again, choose, hold, log, running

pytestmark = [pytest.mark.db, pytest.mark.django_db]


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
