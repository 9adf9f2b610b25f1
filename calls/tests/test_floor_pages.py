"""The floor's pages and its REST door, and the links that show it on a wall."""

import re

import pytest
from django.urls import reverse

from agents.models import Team, User
from calls.models import WallLink
from calls.services import walls

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def root(db):
    return User.objects.create(username="root", is_staff=True, is_superuser=True)


def test_a_supervisor_opens_the_floor(world, browser, ada):
    page = browser(ada).get("/floor/")

    assert page.status_code == 200
    assert b"console-config" in page.content


def test_who_looks_after_no_team_is_led_home_and_told_why(world, browser, cy):
    page = browser(cy).get("/floor/", follow=True)

    assert page.redirect_chain == [("/", 302)]
    assert b"looks after no team" in page.content


def test_a_stranger_is_asked_to_log_in(client, db):
    assert client.get("/floor/").url == "/login/?next=/floor/"


def test_the_floor_by_rest_is_the_snapshot_of_the_websocket(world, browser, ada):
    answer = browser(ada).get("/api/floor")

    assert answer.status_code == 200
    assert answer.json().keys() == {"type", "version", "now", "floor"}
    assert answer.json()["floor"].keys() == {
        *("me", "queues", "waiting", "agents", "calls", "alerts", "totals"),
    }


def test_an_agent_gets_no_floor_by_rest(world, browser, janes):
    refused = janes.get("/api/floor")

    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")


def test_a_supervisor_gets_their_own_teams_by_rest(world, browser, ada):
    sam = User.objects.create(username="sam")
    Team.objects.create(name="Night").supervisors.add(sam)

    floor = browser(sam).get("/api/floor").json()["floor"]

    assert [floor[name] for name in ("agents", "queues", "calls", "waiting")] == [[], [], [], []]


def test_an_alert_is_shown_by_rest_at_once(world, browser, ada):
    world.waits()

    alerts = browser(ada).get("/api/floor").json()["floor"]["alerts"]

    [text] = [one["text"] for one in alerts if one["key"].startswith("nobody:")]
    assert text == ("Sales: 1 caller waits and nobody is there to answer, nobody is signed in")


def made(browser, user, **fields):
    """A link made in the admin: its row, and the address that the page shows once."""
    page = browser(user).post(
        reverse("admin:calls_walllink_add"), {"name": "Hall", "team": "", **fields}, follow=True
    )
    assert page.status_code == 200
    address = re.search(r"<code>http://testserver(/floor/wall/[\w-]+/)</code>", page.text)
    return WallLink.objects.get(), address and address[1]


def test_a_link_is_shown_once_when_it_is_made_and_opens_the_wall(world, browser, client, root):
    link, address = made(browser, root)

    page = client.get(address)

    assert page.status_code == 200
    assert (page["Referrer-Policy"], page["Cache-Control"]) == ("no-referrer", "no-store")
    token = address.split("/")[3]
    assert token not in link.digest
    again = browser(root).get(reverse("admin:calls_walllink_change", args=[link.id]))
    assert token not in again.text
    assert link.created_by == "root"


def test_that_a_link_is_used_is_noted(world, client):
    link, token = walls.make(name="Hall", team_id=None, actor="root", now=world.now)

    client.get(f"/floor/wall/{token}/")

    link.refresh_from_db()
    assert link.last_used_at is not None


def test_a_revoked_link_opens_nothing(world, browser, client, root):
    link, address = made(browser, root)

    done = browser(root).post(
        reverse("admin:calls_walllink_changelist"),
        {"action": "revoke", "_selected_action": [link.id]},
        follow=True,
    )

    assert "1 revoked." in done.text
    assert client.get(address).status_code == 404


def test_a_link_can_be_renamed_and_shows_what_it_showed(world, browser, root, floor):
    link, _ = made(browser, root)

    browser(root).post(
        reverse("admin:calls_walllink_change", args=[link.id]),
        {"name": "Kitchen", "team": floor.id},
    )

    renamed = WallLink.objects.get()
    assert (renamed.name, renamed.team_id, renamed.digest) == ("Kitchen", None, link.digest)


@pytest.mark.parametrize("token", ["x", "x" * 500, "..", "%00"])
def test_a_guessed_link_opens_nothing(world, client, token):
    assert client.get(f"/floor/wall/{token}/").status_code == 404
