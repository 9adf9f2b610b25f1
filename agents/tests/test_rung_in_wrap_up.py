"""A call breaks into the work after it: the agent is rung in the midst of their wrap-up."""

import pytest

from agents import phones, services
from agents.errors import AgentBusy, NoExtension, NotInWrapUp
from agents.tests.acting import NOON, after, again, choose, hold, log, running

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def ring(agent, *, at):
    return services.reserve_all(agent_ids=[agent.id], in_wrap_up=[agent.id], now=at)


@pytest.fixture
def rung(jane):
    """Jane, ten seconds into a wrap-up of thirty."""
    hold(jane, "wrap_up")
    assert list(ring(jane, at=after(10))) == [jane.id]
    return jane


def test_an_agent_in_wrap_up_is_held_only_where_that_is_asked_for(jane):
    hold(jane, "wrap_up")

    assert services.reserve_all(agent_ids=[jane.id], now=after(10)) == {}
    assert list(ring(jane, at=after(10))) == [jane.id]

    assert log(jane) == [("wrap_up", 0), ("offered", 10)]
    assert again(jane).wrap_up_until == after(30)


@pytest.mark.parametrize("state", ["busy", "on_break", "offline"])
def test_whom_something_else_holds_is_not_held(jane, state):
    hold(jane, state) if state == "busy" else choose(jane, state)

    assert ring(jane, at=after(10)) == {}
    assert running(jane).state == state


@pytest.mark.parametrize("declines", [True, False])
def test_who_does_not_take_it_or_loses_it_goes_on_with_the_wrap_up(rung, declines):
    services.free_after_offer(agent_id=rung.id, now=after(15), pause=declines)

    assert log(rung) == [("wrap_up", 0), ("offered", 10), ("wrap_up", 15)]
    assert services.end_wrap_ups(now=after(31)) == [rung.id]
    assert log(rung)[-1] == ("available", 30)
    assert again(rung).idle_since == after(30)


def test_whom_it_did_not_reach_goes_on_with_the_wrap_up(rung):
    services.fail(agent_id=rung.id, now=after(15))

    assert (running(rung).state, again(rung).wrap_up_until) == ("wrap_up", after(30))


def test_whom_two_in_a_row_did_not_reach_is_offline_at_once(rung):
    services.fail(agent_id=rung.id, now=after(15))
    ring(rung, at=after(26))

    services.fail(agent_id=rung.id, now=after(28))

    assert (running(rung).state, running(rung).reason) == ("offline", "unreachable")
    assert again(rung).wrap_up_until is None
    assert services.end_wrap_ups(now=after(31)) == []


def test_who_cannot_answer_for_their_device_is_on_a_break_after_the_wrap_up(rung):
    services.break_for_device(agent_id=rung.id, now=after(15))
    assert running(rung).state == "wrap_up"

    services.end_wrap_ups(now=after(30))

    assert (running(rung).state, running(rung).reason) == ("on_break", "device")


def test_who_misses_it_is_aside_at_once(rung):
    services.miss(agent_id=rung.id, now=after(20))

    assert log(rung)[-1] == ("missed", 20)
    assert again(rung).wrap_up_until is None
    assert services.end_wrap_ups(now=after(31)) == []


def test_who_takes_it_has_a_wrap_up_of_its_own_later(rung):
    services.occupy(agent_id=rung.id, now=after(15))

    assert again(rung).wrap_up_until is None
    assert services.end_wrap_ups(now=after(31)) == []
    services.wrap_up(agent_id=rung.id, until=after(90), now=after(60))
    assert log(rung)[1:] == [("offered", 10), ("busy", 15), ("wrap_up", 60)]


def test_a_wrap_up_that_runs_out_while_it_rings_leaves_the_offer_alone(rung):
    assert services.end_wrap_ups(now=after(31)) == [rung.id]
    assert (running(rung).state, again(rung).wrap_up_until) == ("offered", None)
    assert services.end_wrap_ups(now=after(32)) == []

    services.free_after_offer(agent_id=rung.id, now=after(33), pause=False)

    assert log(rung) == [("wrap_up", 0), ("offered", 10), ("available", 33)]
    assert again(rung).idle_since == after(30)


def test_the_same_before_the_router_has_looked(rung):
    services.free_after_offer(agent_id=rung.id, now=after(33), pause=False)

    assert log(rung)[-1] == ("available", 33)
    assert (again(rung).idle_since, rung.wrap_up_until) == (after(30), None)


def test_a_break_chosen_while_it_rings_follows_the_wrap_up(rung):
    services.choose_next(agent_id=rung.id, state="on_break", reason="", actor="jane", now=after(12))
    services.free_after_offer(agent_id=rung.id, now=after(15), pause=True)
    assert (running(rung).state, again(rung).choice) == ("wrap_up", "on_break")

    services.end_wrap_ups(now=after(31))

    assert log(rung)[-2:] == [("wrap_up", 15), ("on_break", 30)]


def test_a_break_at_once_is_refused_while_it_rings(rung):
    with pytest.raises(AgentBusy):
        choose(rung, "on_break", at=after(12))

    assert (running(rung).state, again(rung).wrap_up_until) == ("offered", after(30))


@pytest.mark.parametrize("ends", ["declined", "missed"])
def test_who_logs_out_while_it_rings_is_offline_when_it_stops(rung, ends):
    services.log_out(agent_id=rung.id, actor="jane", now=after(12))
    assert running(rung).state == "offered"

    if ends == "declined":
        services.free_after_offer(agent_id=rung.id, now=after(15), pause=True)
    else:
        services.miss(agent_id=rung.id, now=after(15))

    assert log(rung)[1:] == [("offered", 10), ("offline", 15)]
    assert services.end_wrap_ups(now=after(31)) == []


def test_the_wrap_up_is_not_extended_while_it_rings(rung):
    with pytest.raises(NoExtension, match="A call rings for you"):
        services.extend_wrap_up(agent_id=rung.id, seconds=30, now=after(12))

    assert again(rung).wrap_up_until == after(30)
    services.free_after_offer(agent_id=rung.id, now=after(15), pause=False)
    services.extend_wrap_up(agent_id=rung.id, seconds=30, now=after(16))
    assert again(rung).wrap_up_until == after(60)


def test_it_lasts_fifteen_minutes_at_most_counted_from_the_end_of_the_talk(rung):
    services.free_after_offer(agent_id=rung.id, now=after(15), pause=False)

    services.extend_wrap_up(agent_id=rung.id, seconds=900, now=after(16))

    assert again(rung).wrap_up_until == after(900)


def test_a_supervisor_ends_no_wrap_up_while_it_rings(rung):
    with pytest.raises(NotInWrapUp):
        services.end_wrap_up(agent_id=rung.id, actor="ada", now=after(12))

    assert running(rung).state == "offered"


def test_who_is_lost_has_no_wrap_up_left(rung):
    services.lose(agent_id=rung.id, now=after(12))

    assert again(rung).wrap_up_until is None
    assert services.end_wrap_ups(now=after(31)) == []
    assert running(rung).state == "offline"


def test_who_has_closed_their_console_is_not_rung(jane):
    hold(jane, "wrap_up")
    services.beat(agent_id=jane.id, now=NOON)

    assert ring(jane, at=NOON + phones.LEASE) == {}
