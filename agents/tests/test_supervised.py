"""What supervisors do about an agent's state, and what listening does to their own."""

from datetime import UTC, datetime, timedelta

import pytest

from agents import services as agents
from agents.errors import AgentBusy, NotInWrapUp, UnknownReason
from agents.models import Agent, AgentState, User
from agents.states import State

pytestmark = [pytest.mark.db, pytest.mark.django_db]
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture
def kim(db):
    user = User.objects.create(username="kim", first_name="Kim")
    return Agent.objects.create(user=user, vonage_user="Kim")


def choose(kim, state, *, at=NOW):
    agents.choose(agent_id=kim.id, state=state, reason="", actor="kim", now=at)


def set_state(kim, state, *, at=NOW, reason=""):
    return agents.set_state(agent_id=kim.id, state=state, reason=reason, actor="ada", now=at)


def running(kim):
    return AgentState.objects.get(agent=kim, ended_at=None)


@pytest.mark.parametrize("state", ["available", "on_break", "offline"])
def test_who_is_free_is_put_there_at_once_and_the_log_says_by_whom(kim, state):
    choose(kim, "offline" if state == "available" else "available")

    assert set_state(kim, state, at=NOW + timedelta(minutes=1)) is True

    assert (running(kim).state, running(kim).actor) == (state, "ada")


@pytest.mark.parametrize("holds", [State.OFFERED, State.BUSY, State.WRAP_UP])
def test_who_is_held_goes_there_afterwards(kim, holds):
    choose(kim, "available")
    agents.enter(kim, holds, at=NOW)

    assert set_state(kim, "on_break") is False

    assert running(kim).state == holds
    agents.free_after_offer(agent_id=kim.id, now=NOW, pause=False)
    assert (running(kim).state, running(kim).actor) == ("on_break", "ada")


def test_a_reason_that_agents_cannot_choose_cannot_be_set_either(kim):
    with pytest.raises(UnknownReason):
        set_state(kim, "on_break", reason="missed")


def test_nobody_is_made_available_behind_a_silent_console(kim):
    agents.beat(agent_id=kim.id, now=NOW)

    with pytest.raises(AgentBusy, match="Kim has no console open"):
        set_state(kim, "available", at=NOW + timedelta(minutes=1))


def test_a_wrap_up_ends_at_once_and_the_agent_waits_from_then_on(kim):
    choose(kim, "available")
    agents.wrap_up(agent_id=kim.id, until=NOW + timedelta(seconds=60), now=NOW)
    later = NOW + timedelta(seconds=5)

    agents.end_wrap_up(agent_id=kim.id, actor="ada", now=later)

    kim.refresh_from_db()
    assert (running(kim).state, running(kim).actor) == ("available", "ada")
    assert (kim.idle_since, kim.wrap_up_until) == (later, None)


def test_what_was_chosen_for_afterwards_holds_when_the_wrap_up_is_ended(kim):
    choose(kim, "available")
    agents.wrap_up(agent_id=kim.id, until=NOW + timedelta(seconds=60), now=NOW)
    agents.choose_next(agent_id=kim.id, state="on_break", reason="", actor="kim", now=NOW)

    agents.end_wrap_up(agent_id=kim.id, actor="ada", now=NOW)

    assert running(kim).state == "on_break"


def test_there_is_no_wrap_up_to_end_for_who_waits(kim):
    choose(kim, "available")

    with pytest.raises(NotInWrapUp):
        agents.end_wrap_up(agent_id=kim.id, actor="ada", now=NOW)


@pytest.mark.parametrize("state", ["available", "on_break", "offline"])
def test_who_listens_is_busy_and_then_back_where_they_were(kim, state):
    choose(kim, state)
    kim.refresh_from_db()
    idle_since = kim.idle_since

    agents.begin_supervising(agent_id=kim.id, now=NOW)
    assert running(kim).state == "busy"
    agents.end_supervising(agent_id=kim.id, now=NOW + timedelta(minutes=3))

    kim.refresh_from_db()
    assert (running(kim).state, kim.idle_since) == (state, idle_since)


@pytest.mark.parametrize("holds", [State.OFFERED, State.BUSY, State.WRAP_UP])
def test_who_is_held_by_a_call_of_their_own_cannot_listen(kim, holds):
    choose(kim, "available")
    agents.enter(kim, holds, at=NOW)

    with pytest.raises(AgentBusy):
        agents.begin_supervising(agent_id=kim.id, now=NOW)


def test_the_end_of_listening_ends_nothing_else(kim):
    choose(kim, "available")
    agents.wrap_up(agent_id=kim.id, until=NOW + timedelta(seconds=60), now=NOW)

    agents.end_supervising(agent_id=kim.id, now=NOW)

    assert running(kim).state == "wrap_up"
