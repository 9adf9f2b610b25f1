"""What an offer does to the agent, and how it leaves them."""

import pytest

from agents import services
from agents.errors import AgentBusy
from agents.tests.acting import HELD, NOON, after, again, choose, hold, log, running

pytestmark = [pytest.mark.db, pytest.mark.django_db]


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


def test_who_has_closed_their_console_is_not_held_for_an_offer(jane):
    choose(jane)
    services.beat(agent_id=jane.id, now=NOON)
    services.reserve(agent_id=jane.id, now=after(9.9))
    services.free_after_offer(agent_id=jane.id, now=after(9.9), pause=False)

    with pytest.raises(AgentBusy):
        services.reserve(agent_id=jane.id, now=after(10))
