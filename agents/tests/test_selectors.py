"""What others are told of agents."""

from datetime import UTC, datetime, timedelta

import pytest

from agents import selectors, services
from agents.errors import NotAnAgent
from agents.models import Team, User

pytestmark = [pytest.mark.db, pytest.mark.django_db]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def choose(agent, state):
    services.choose(agent_id=agent.id, state=state, reason="", actor="", now=NOON)


def test_an_agent_is_found_by_their_log_in(jane, joe):
    assert selectors.agent_of(user_id=joe.user_id) == joe


def test_nobody_else_is_an_agent(jane, cy):
    for user_id in (cy.id, None):
        with pytest.raises(NotAnAgent):
            selectors.agent_of(user_id=user_id)


def test_who_never_worked_is_offline(jane):
    assert selectors.standing_of(agent_id=jane.id, now=NOON).state == "offline"


def test_it_is_known_since_when_agents_are_idle_and_who_has_a_pause(jane, joe):
    choose(jane, "available")
    choose(joe, "available")
    later = NOON + timedelta(seconds=60)
    services.reserve(agent_id=joe.id, now=later)
    services.free_after_offer(agent_id=joe.id, now=later, pause=True)

    seen = [selectors.standing_of(agent_id=one.id, now=NOON) for one in (jane, joe)]

    assert [(one.idle_since, one.paused_until) for one in seen] == [
        (NOON, None),
        (NOON, later + timedelta(seconds=10)),
    ]


@pytest.mark.parametrize(
    ("state", "reachable"), [("available", True), ("on_break", True), ("offline", False)]
)
def test_it_makes_sense_to_wait_for_whoever_is_not_offline(jane, state, reachable):
    choose(jane, state)

    assert selectors.is_reachable(agent_id=jane.id) is reachable


def test_it_makes_no_sense_to_wait_for_somebody_who_never_logged_in(jane):
    assert selectors.is_reachable(agent_id=jane.id) is False
    assert selectors.state_now(agent_id=jane.id) is None


def test_a_supervisor_looks_after_their_teams_and_a_superuser_after_all(jane, floor, ada, cy):
    night = Team.objects.create(name="Night")
    root = User.objects.create(username="root", is_superuser=True)

    assert selectors.team_ids_of(ada) == [floor.id]
    assert selectors.team_ids_of(cy) == []
    assert set(selectors.team_ids_of(root)) == {floor.id, night.id}
