"""An agent who logs out takes no more calls, and finishes the one they are in."""

import pytest

from agents import services
from agents.tests.acting import HELD, NOON, after, again, choose, hold, log, running

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def log_out(agent, *, at):
    services.log_out(agent_id=agent.id, actor=agent.user.username, now=at)


@pytest.mark.parametrize("state", ["available", "on_break"])
def test_who_waits_or_is_away_is_offline_at_once(jane, state):
    choose(jane, state)

    log_out(jane, at=after(60))

    assert log(jane) == [(state, 0), ("offline", 60)]
    assert (running(jane).reason, running(jane).actor) == ("", "jane")


def test_a_wrap_up_ends_with_the_log_out(jane):
    hold(jane, "wrap_up")

    log_out(jane, at=after(5))

    assert (running(jane).state, again(jane).wrap_up_until) == ("offline", None)


@pytest.mark.parametrize("state", HELD)
def test_what_holds_the_agent_comes_to_its_end_first(jane, state):
    hold(jane, state)

    log_out(jane, at=after(5))

    assert running(jane).state == state
    services.free_after_offer(agent_id=jane.id, now=after(9), pause=False)
    assert (running(jane).state, running(jane).actor) == ("offline", "jane")


def test_who_has_logged_out_is_not_brought_back_by_a_beat(jane):
    choose(jane)
    services.beat(agent_id=jane.id, now=NOON)
    log_out(jane, at=after(5))
    services.release_lapsed(now=after(25))

    assert services.beat(agent_id=jane.id, now=after(30)) is False

    assert running(jane).state == "offline"


def test_who_was_lost_and_logs_out_is_not_brought_back_either(jane):
    hold(jane, "busy")
    services.lose(agent_id=jane.id, now=after(5))
    log_out(jane, at=after(6))

    services.beat(agent_id=jane.id, now=after(7))

    assert running(jane).state == "offline"


def test_who_logs_out_while_it_rings_and_lets_it_ring_is_offline(jane):
    hold(jane, "offered")
    log_out(jane, at=after(5))

    services.miss(agent_id=jane.id, now=after(20))

    assert (running(jane).state, running(jane).actor) == ("offline", "jane")
