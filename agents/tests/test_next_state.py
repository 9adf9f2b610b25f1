"""What an agent chooses while something holds them: it follows when that is over."""

import pytest

from agents import services
from agents.errors import UnknownReason
from agents.models import StateReason
from agents.tests.acting import HELD, NOON, after, again, choose, hold, log, running

pytestmark = [pytest.mark.db, pytest.mark.django_db]
HOLDING = [*HELD, "wrap_up"]


@pytest.fixture(autouse=True)
def lunch(db):
    return StateReason.objects.create(code="lunch", label="Lunch")


def choose_next(agent, state="on_break", *, reason="lunch", at=None, actor="jane"):
    services.choose_next(
        agent_id=agent.id, state=state, reason=reason, actor=actor, now=at or after(5)
    )


def let_go(agent, *, at):
    """Whatever holds the agent ends, without blame."""
    if running(agent).state == "wrap_up":
        services.end_wrap_ups(now=at)
    else:
        services.free_after_offer(agent_id=agent.id, now=at, pause=False)


@pytest.mark.parametrize("state", HOLDING)
def test_it_does_not_disturb_what_holds_the_agent(jane, state):
    hold(jane, state)

    choose_next(jane)

    assert running(jane).state == state
    assert again(jane).wrap_up_until == (after(30) if state == "wrap_up" else None)


@pytest.mark.parametrize("state", HOLDING)
def test_it_follows_with_its_reason_and_whoever_chose_it(jane, state):
    hold(jane, state)
    choose_next(jane, actor="ada")

    let_go(jane, at=after(40))

    now = running(jane)
    assert (now.state, now.reason, now.actor) == ("on_break", "lunch", "ada")


@pytest.mark.parametrize("state", HOLDING)
def test_available_takes_it_back(jane, state):
    hold(jane, state)
    choose_next(jane)

    choose_next(jane, "available", reason="", at=after(6))
    let_go(jane, at=after(40))

    assert running(jane).state == "available"


def test_it_follows_the_wrap_up_at_the_instant_it_ends_with_the_browser_closed(jane):
    choose(jane)
    services.beat(agent_id=jane.id, now=NOON)
    services.reserve(agent_id=jane.id, now=NOON)
    services.occupy(agent_id=jane.id, now=NOON)
    choose_next(jane)
    services.wrap_up(agent_id=jane.id, until=after(40), now=after(10))

    services.end_wrap_ups(now=after(100))  # the console's lease is long over
    services.release_lapsed(now=after(100))

    assert log(jane)[-2:] == [("wrap_up", 10), ("on_break", 40)]


def test_without_wrap_up_it_follows_the_call(jane):
    hold(jane, "busy")
    choose_next(jane, "offline", reason="")

    services.wrap_up(agent_id=jane.id, until=after(9), now=after(9))

    assert running(jane).state == "offline"


def test_the_same_rule_holds_for_a_log_out(jane):
    hold(jane, "busy")
    choose_next(jane)

    services.log_out(agent_id=jane.id, actor="jane", now=after(6))
    let_go(jane, at=after(9))

    assert running(jane).state == "offline"


def test_what_an_agent_chooses_at_once_in_a_wrap_up_wins(jane):
    hold(jane, "wrap_up")
    choose_next(jane)

    choose(jane, "available", at=after(6))

    assert (running(jane).state, again(jane).wrap_up_until) == ("available", None)


def test_a_phone_that_cannot_be_answered_on_wins(jane):
    hold(jane, "offered")
    choose_next(jane)

    services.break_for_device(agent_id=jane.id, now=after(20))

    assert (running(jane).state, running(jane).reason) == ("on_break", "device")


@pytest.mark.parametrize(("state", "reason"), [("on_break", "lunch"), ("offline", "")])
def test_a_break_chosen_while_it_rang_follows_the_call_that_was_missed(jane, state, reason):
    hold(jane, "offered")
    choose_next(jane, state, reason=reason)

    services.miss(agent_id=jane.id, now=after(20))

    assert (running(jane).state, running(jane).reason) == (state, reason)


def test_who_took_the_break_back_and_missed_the_call_has_missed_it(jane):
    hold(jane, "offered")
    choose_next(jane)
    choose_next(jane, "available", reason="", at=after(6))

    services.miss(agent_id=jane.id, now=after(20))

    assert running(jane).state == "missed"


def test_who_cannot_be_reached_twice_is_offline_whatever_they_chose(jane):
    hold(jane, "offered")
    services.fail(agent_id=jane.id, now=after(1))
    services.reserve(agent_id=jane.id, now=after(12))
    choose_next(jane, at=after(13))

    services.fail(agent_id=jane.id, now=after(14))

    assert (running(jane).state, running(jane).reason) == ("offline", "unreachable")


def test_who_is_lost_in_a_call_comes_back_to_it(jane):
    hold(jane, "busy")
    choose_next(jane)
    services.lose(agent_id=jane.id, now=after(10))

    assert services.beat(agent_id=jane.id, now=after(20)) is True
    assert (running(jane).state, running(jane).reason) == ("on_break", "lunch")


def test_chosen_too_late_it_begins_at_once(jane):
    hold(jane, "wrap_up")
    services.end_wrap_ups(now=after(30))

    choose_next(jane, at=after(31))

    assert log(jane)[-1] == ("on_break", 31)


def test_taken_back_too_late_it_undoes_no_decision_of_the_system(jane):
    hold(jane, "offered")
    services.miss(agent_id=jane.id, now=after(20))

    choose_next(jane, "available", reason="", at=after(21))

    assert running(jane).state == "missed"


@pytest.mark.parametrize(
    ("state", "reason"), [("missed", ""), ("busy", ""), ("", ""), ("on_break", "tea")]
)
def test_only_what_agents_may_choose_follows(jane, state, reason):
    hold(jane, "busy")

    with pytest.raises(UnknownReason):
        choose_next(jane, state, reason=reason)

    assert again(jane).choice == "available"
