"""What is refused with a sentence: no such call, no customer, and phones that are busy still."""

from unittest.mock import patch

import pytest

from agents import services as agents
from agents.errors import AgentBusy
from agents.models import Team
from calls.errors import NotAllowed
from calls.models import Call
from calls.services import offers
from calls.tests import calling_out, supervising
from calls.tests.asking import ask
from calls.tests.doors import error
from calls.tests.parties import Talk
from calls.tests.test_floor_rows import whole

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def test_ids_beyond_all_calls_are_of_no_call(world, browser, jane):
    client = browser(jane.user)

    for kind in ("end", "hold"):
        reply = client.post(f"/api/calls/{10**25}/{kind}", {}, format="json")
        assert error(reply) == (404, "not_found")


def test_whoever_only_listens_has_no_card_of_the_call(world, browser, jane, joe):
    Team.objects.get(name="Floor").supervisors.add(joe.user)
    world.available(jane)
    talk = Talk(world, jane)
    supervising.listens(world, browser, joe.user, talk.call)

    assert error(browser(joe.user).get(f"/api/calls/{talk.call.id}/card")) == (404, "not_found")


def test_a_phone_that_rings_off_is_given_nothing_new_yet(world, browser, jane, joe):
    Team.objects.get(name="Floor").supervisors.add(joe.user)
    world.available(jane)
    talk = Talk(world, jane)
    world.available(joe)
    world.waits("b" * 32)
    world.route()
    offers.decline(offer_id=world.offer().id, agent_id=joe.id, actor="joe", now=world.now)
    client = browser(joe.user)

    with patch("django.utils.timezone.now", lambda: world.now):
        listens = client.post(
            f"/api/calls/{talk.call.id}/supervise", {"mode": "listen"}, format="json"
        )
        calls = client.post("/api/calls", {"to": calling_out.THEM}, format="json")

    for reply in (listens, calls):
        assert error(reply) == (409, "agent_busy")
        assert "try again in a second" in reply.json()["error"]["message"]


@pytest.fixture
def between(world, browser, jane, joe):
    """Jane has called Joe, and they talk."""
    world.available(jane, joe)
    calling_out.holds_phone(world, jane)
    reply = calling_out.asks(world, browser(jane.user), {"agent": "joe"})
    calling_out.begins(world, reply.json()["key"])
    world.send()
    world.picks_up(world.offer())
    return Call.objects.get()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("hold", {}),
        ("transfer", {"kind": "blind", "to": {"queue": "Sales"}}),
        ("add", {"to": {"number": "447700900555"}}),
        ("consult", {"to": {"number": "447700900555"}}),
    ],
)
def test_a_call_between_colleagues_says_that_there_is_no_customer(world, jane, between, kind, body):
    with pytest.raises(NotAllowed, match="with a customer"):
        ask(world, kind, between, jane, **body)


def test_the_floor_shows_no_number_of_ours_for_a_call_between_colleagues(world, ada, between):
    rows = whole(world, ada)["agents"]

    assert {row["name"]: row["call_number"] for row in rows} == {"Jane": None, "Joe": None}


def test_a_refusal_names_the_agent(world, joe):
    with pytest.raises(AgentBusy, match="Joe is not available any more"):
        agents.reserve(agent_id=joe.id, now=world.now)
