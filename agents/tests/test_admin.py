"""The admin's pages for people, and the pages around it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from agents import services
from agents.models import Agent, AgentState, StateReason, Team, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
AGENTS = "/admin/agents/agent/"
STATES = "/admin/agents/agentstate/"


@pytest.fixture
def root(db):
    return User.objects.create(username="root", is_staff=True, is_superuser=True)


@pytest.fixture
def night(db):
    return Team.objects.create(name="Night")


@pytest.fixture
def kim(night):
    user = User.objects.create(username="kim", first_name="Kim")
    return Agent.objects.create(user=user, vonage_user="Kim", team=night)


@pytest.fixture
def supervisor(ada, client):
    """Ada, logged in, with what supervisors may do."""
    names = ["view_agent", "change_agent", "view_agentstate", "view_team"]
    ada.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(ada)
    return ada


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def rows(client, path):
    """What a list page lists."""
    return list(client.get(path).context["cl"].queryset)


def test_a_stranger_is_sent_to_the_log_in(client):
    response = client.get(AGENTS)

    assert (response.status_code, response.url) == (302, f"/admin/login/?next={AGENTS}")


def test_an_agent_is_not_let_into_the_admin(client, jane):
    client.force_login(jane.user)

    assert client.get(AGENTS).url.startswith("/admin/login/")


def test_a_supervisor_sees_the_agents_of_their_own_teams_only(client, supervisor, jane, kim):
    assert rows(client, AGENTS) == [jane]
    assert client.get(f"{AGENTS}{jane.id}/change/").status_code == 200
    assert client.get(f"{AGENTS}{kim.id}/change/").status_code == 302


def test_a_supervisor_sees_their_own_teams_only(client, supervisor, floor, night):
    assert rows(client, "/admin/agents/team/") == [floor]


def test_an_operator_sees_everybody(client, root, jane, kim):
    client.force_login(root)

    assert rows(client, AGENTS) == [jane, kim]


def test_the_list_says_what_an_agent_does_now_why_and_since_when(client, root, jane):
    StateReason.objects.create(code="lunch", label="Eating")
    services.choose(agent_id=jane.id, state="on_break", reason="lunch", actor="jane", now=NOW)
    client.force_login(root)

    html = page(client, AGENTS)

    assert 'data-state="on_break"' in html
    assert "Eating" in html
    assert "20 Nov 2026 10:00:00" in html


def test_who_never_logged_in_is_found_as_offline(client, root, jane, joe):
    services.choose(agent_id=joe.id, state="available", reason="", actor="joe", now=NOW)
    client.force_login(root)

    assert rows(client, f"{AGENTS}?state=offline") == [jane]
    assert rows(client, f"{AGENTS}?state=available") == [joe]


def test_a_supervisor_moves_agents_between_their_own_teams(client, supervisor, jane):
    late = Team.objects.create(name="Late")
    late.supervisors.add(supervisor)

    client.post(f"{AGENTS}{jane.id}/change/", {"team": late.id})

    jane.refresh_from_db()
    assert jane.team == late


@pytest.mark.parametrize("away", ["night", None])
def test_a_supervisor_cannot_move_an_agent_out_of_sight(
    client, supervisor, jane, floor, night, away
):
    team = night.id if away else ""

    response = client.post(f"{AGENTS}{jane.id}/change/", {"team": team})

    jane.refresh_from_db()
    assert response.context["adminform"].errors
    assert jane.team == floor


def test_a_supervisor_cannot_change_who_an_agent_is(client, supervisor, jane, floor):
    wanted = {"team": floor.id, "vonage_user": "Mallory", "user": supervisor.id}

    client.post(f"{AGENTS}{jane.id}/change/", wanted)

    jane.refresh_from_db()
    assert (jane.vonage_user, jane.user.username) == ("Jane", "jane")


def test_saving_an_agent_leaves_alone_what_the_router_wrote_meanwhile(client, root, jane, rf):
    shown = Agent.objects.get(id=jane.id)
    until = NOW + timedelta(seconds=30)
    Agent.objects.filter(id=jane.id).update(wrap_up_until=until)
    pages = admin.site.get_model_admin(Agent)
    request = rf.post("/")
    request.user = root
    form = pages.get_form(request, shown, change=True)(
        {"user": jane.user_id, "vonage_user": "Jane 2", "team": jane.team_id}, instance=shown
    )
    assert form.is_valid()

    pages.save_model(request, form.save(commit=False), form, change=True)

    jane.refresh_from_db()
    assert (jane.vonage_user, jane.wrap_up_until) == ("Jane 2", until)


def test_the_log_of_states_adds_up(client, root, jane):
    services.choose(agent_id=jane.id, state="available", reason="", actor="jane", now=NOW)
    later = NOW + timedelta(seconds=112)
    services.choose(agent_id=jane.id, state="on_break", reason="", actor="ada", now=later)
    client.force_login(root)

    html = page(client, f"{STATES}?agent__id__exact={jane.id}")

    assert "1:52" in html
    assert [row.state for row in rows(client, STATES)] == ["on_break", "available", "offline"]


def test_a_supervisor_sees_the_log_of_their_own_teams_only(client, supervisor, jane, kim):
    for agent in (jane, kim):
        services.choose(agent_id=agent.id, state="available", reason="", actor="x", now=NOW)

    assert {row.agent for row in rows(client, STATES)} == {jane}
    assert "Kim" not in page(client, STATES)


def test_nobody_changes_the_log_of_states(client, root, jane):
    services.choose(agent_id=jane.id, state="available", reason="", actor="jane", now=NOW)
    interval = AgentState.objects.get(agent=jane, ended_at=None)
    client.force_login(root)

    for path in ("add/", f"{interval.id}/change/", f"{interval.id}/delete/"):
        assert client.post(f"{STATES}{path}").status_code == 403


def test_a_name_is_text_wherever_it_stands(client, root, jane):
    User.objects.filter(id=jane.user_id).update(first_name="<script>alert(1)</script>")
    services.choose(agent_id=jane.id, state="available", reason="", actor="<b>x", now=NOW)
    client.force_login(root)

    for path in (AGENTS, f"{AGENTS}{jane.id}/change/", STATES, "/admin/agents/user/"):
        html = page(client, path)
        assert "<script>alert" not in html
        assert "<b>x" not in html


def test_the_code_of_a_reason_stays_as_programs_know_it(client, root):
    lunch = StateReason.objects.create(code="lunch", label="Lunch")
    client.force_login(root)

    client.post(
        f"/admin/agents/statereason/{lunch.id}/change/",
        {"code": "dinner", "label": "Dinner", "position": 0},
    )

    lunch.refresh_from_db()
    assert (lunch.code, lunch.label) == ("lunch", "Dinner")


def test_the_page_for_log_in_says_what_was_wrong(client, db):
    response = client.post("/login/", {"username": "jane", "password": "wrong"})

    html = response.content.decode()
    assert 'role="alert"' in html
    assert 'value="jane"' in html
    assert 'autocomplete="current-password"' in html


def test_logging_in_leads_home_and_logging_out_back(client, jane):
    jane.user.set_password("a long password")
    jane.user.save()

    into = client.post("/login/", {"username": "jane", "password": "a long password"})
    out = client.post("/logout/")

    assert (into.url, out.url) == ("/", "/login/")


def test_home_leads_the_staff_to_the_admin(client, ada):
    client.force_login(ada)

    assert reverse("admin:index") in page(client, "/")


def test_home_sends_strangers_to_the_log_in(client):
    assert client.get("/").url == "/login/?next=/"


def test_a_page_that_is_not_there_says_so(client, db):
    response = client.get("/nowhere")

    assert response.status_code == 404
    assert "Not found" in response.content.decode()


def test_the_page_for_our_own_faults_needs_nothing_that_may_be_broken():
    assert "Something broke" in render_to_string("500.html")


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html"])
def test_the_page_for_what_is_not_allowed_stands_without_a_user(name):
    html = render_to_string(name, request=RequestFactory().get("/"))

    assert "Log out" not in html
    assert "403" in html
