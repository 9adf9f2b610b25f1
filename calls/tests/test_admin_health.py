"""The admin's health pages: what must hold, whether it does, and what was healed."""

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from agents.models import Agent, Team, User
from calls.models import Healing, InvariantCheck, Queue
from calls.selectors import INVARIANTS
from calls.services import healing
from calls.tests.leftovers import callback

pytestmark = [pytest.mark.db, pytest.mark.django_db]
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
HEALTH = "/admin/calls/invariantcheck/"
HEALED = "/admin/calls/healing/"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is 10:00; a test may say that time has gone by."""
    passed = [timedelta(0)]
    monkeypatch.setattr(timezone, "now", lambda: NOW + passed[0])
    return passed


@pytest.fixture
def operator(client, db):
    user = User.objects.create(username="root", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def supervisor(client, ada):
    """Ada, logged in, with what supervisors may do here."""
    rights = ["view_invariantcheck", "view_healing", "view_call", "view_agent"]
    ada.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(ada)
    return ada


@pytest.fixture
def sales_call(sales):
    return callback(sales, NOW).call


@pytest.fixture
def kim(db):
    """An agent of another team."""
    night = Team.objects.create(name="Night")
    user = User.objects.create(username="kim", first_name="Kim")
    return Agent.objects.create(user=user, vonage_user="Kim", team=night)


def looks(at=NOW, **broken):
    """A router looks: everything holds but what is named, with its examples."""
    found = {one.name: broken.get(one.name, []) for one in INVARIANTS}
    healing.keep_check(found, now=at)


def example(model, row, words="is not as it should be"):
    return {"model": model, "id": row.pk, "words": words}


def text(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return unescape(response.content.decode())


def first_line(client):
    page = text(client, HEALTH)
    return page[page.index('<p class="lead">') :].split("</p>")[0]


def page_of(name):
    return f"{HEALTH}{InvariantCheck.objects.get(name=name).pk}/change/"


def test_each_thing_that_must_hold_is_a_sentence_and_holds(client, operator):
    looks()

    page = text(client, HEALTH)

    assert all(one.sentence in page for one in INVARIANTS)
    assert page.count("Holds</span>") == len(INVARIANTS)


def test_the_first_line_says_that_all_is_well(client, operator, clock):
    looks()
    Healing.objects.create(at=NOW, kind="stuck_agent", words="Jane was busy: freed.")
    Healing.objects.create(at=NOW - timedelta(days=1), kind="stuck_agent", words="Yesterday.")
    clock[0] = timedelta(seconds=4)

    line = first_line(client)

    assert "Everything holds. Last checked 4 s ago." in line
    assert f'Healed since midnight: <a href="{HEALED}">1</a>.' in line


def test_what_is_broken_comes_first_and_says_since_when(client, operator, jane):
    looks(time_adds_up=[example("agent", jane)])

    page = text(client, HEALTH)

    assert f"1 of {len(INVARIANTS)} broken" in page
    first, *_ = client.get(HEALTH).context["cl"].result_list
    assert (first.name, first.violations) == ("time_adds_up", 1)
    assert page.count("Broken</span>") == 1
    assert "20 Nov 2026 10:00:00" in page


def test_what_no_router_has_looked_at_lately_is_not_called_good(client, operator, clock):
    looks()
    clock[0] = timedelta(seconds=61)

    page = text(client, HEALTH)

    assert page.count("Not checked lately</span>") == len(INVARIANTS)
    assert "Holds</span>" not in page
    assert "No router has looked since 20 Nov 2026 10:00:00. Is one running?" in page


def test_before_the_first_look_the_page_says_so(client, operator):
    assert "Nothing has been looked at yet. Is a router running?" in text(client, HEALTH)


def test_the_page_of_what_is_broken_shows_examples_with_links(client, operator, sales_call, jane):
    looks(one_place=[example("call", sales_call, "queued, but waits in no queue")])

    page = text(client, page_of("one_place"))

    link = f'<a href="/admin/calls/call/{sales_call.pk}/change/">Call {sales_call.pk}</a>'
    assert f"{link}: queued, but waits in no queue" in page
    assert "<h2>Every call is in exactly one place.</h2>" in page


def test_a_row_that_has_gone_is_named_without_a_link(client, operator, sales_call):
    looks(one_place=[example("call", sales_call)])
    number = sales_call.pk
    sales_call.delete()

    page = text(client, page_of("one_place"))

    assert f"<li>Call {number}: is not as it should be</li>" in page


def test_a_supervisor_sees_it_too_with_links_to_their_own(
    client, supervisor, sales_call, jane, kim
):
    others = callback(Queue.objects.create(name="Billing"), NOW).call
    looks(
        one_place=[example("call", sales_call), example("call", others)],
        held_by_rows=[example("agent", jane), example("agent", kim)],
    )

    calls, agents = text(client, page_of("one_place")), text(client, page_of("held_by_rows"))

    assert "2 of 10 broken" in first_line(client)
    assert f">Call {sales_call.pk}</a>" in calls
    assert f"<li>Call {others.pk}: " in calls
    assert f">Agent {jane.pk}</a>" in agents
    assert f"<li>Agent {kim.pk}: " in agents


def test_what_was_healed_is_listed_with_its_call_and_agent(client, operator, sales_call, jane):
    Healing.objects.create(
        at=NOW, kind="leftover_leg", call=sales_call, agent=jane, words="Hung up again."
    )

    page = text(client, HEALED)

    assert "Hung up again." in page
    assert "Leftover leg" in page
    assert f'<a href="/admin/calls/call/{sales_call.pk}/change/">{sales_call.key}</a>' in page
    assert "Jane" in page


def test_a_supervisor_sees_what_was_healed_for_their_calls_and_agents(
    client, supervisor, sales_call, jane, kim
):
    Healing.objects.create(at=NOW, kind="lost_end", call=sales_call, words="Of our call.")
    Healing.objects.create(at=NOW, kind="stuck_agent", agent=jane, words="Of Jane.")
    Healing.objects.create(at=NOW, kind="stuck_agent", agent=kim, words="Of Kim.")
    looks()

    page = text(client, HEALED)

    assert ("Of our call." in page, "Of Jane." in page, "Of Kim." in page) == (True, True, False)
    assert ">2</a>." in first_line(client)


def test_nothing_healed_is_said_in_words(client, operator):
    assert "Nothing had to be healed." in text(client, HEALED)


@pytest.mark.parametrize("path", [HEALTH, HEALED])
def test_nobody_changes_what_was_found(client, operator, path):
    assert client.get(f"{path}add/").status_code == 403
    assert client.post(f"{path}add/", {}).status_code == 403


@pytest.mark.parametrize("path", [HEALTH, HEALED])
def test_health_is_not_for_staff_without_the_right(client, ada, path):
    client.force_login(ada)

    assert client.get(path).status_code == 403
