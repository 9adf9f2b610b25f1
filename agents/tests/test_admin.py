"""The admin's pages for people, and the pages around it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from agents import keys, services
from agents.models import Agent, AgentState, ApiKey, Skill, StateReason, Team, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
AGENTS = "/admin/agents/agent/"
STATES = "/admin/agents/agentstate/"
SKILLS = "/admin/agents/skill/"
KEYS = "/admin/agents/apikey/"


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


def test_a_reason_has_a_limit_and_may_count_as_work(client, root):
    client.force_login(root)

    client.post(
        "/admin/agents/statereason/add/",
        {
            "code": "training",
            "label": "Training",
            "max_seconds": 5400,
            "is_productive": "on",
            "position": 0,
        },
    )

    reason = StateReason.objects.get()
    assert (reason.max_seconds, reason.is_productive) == (5400, True)
    assert "1:30:00" in page(client, "/admin/agents/statereason/")


def skills_of(agent, *levels):
    """The agent's page as a browser sends it, with these skills and levels."""
    data = {"skills-TOTAL_FORMS": len(levels), "skills-INITIAL_FORMS": 0}
    for number, (skill, level) in enumerate(levels):
        data |= {f"skills-{number}-skill": skill.id, f"skills-{number}-level": level}
    return {"user": agent.user_id, "vonage_user": "Jane", "team": agent.team_id, **data}


def test_an_agent_is_given_skills_on_their_page(client, root, jane):
    french = Skill.objects.create(name="French")
    client.force_login(root)

    client.post(f"{AGENTS}{jane.id}/change/", skills_of(jane, (french, 4)))

    assert [str(one) for one in jane.skills.all()] == ["French 4"]
    assert "French 4" in page(client, AGENTS)


def test_nobody_makes_an_agent_somebody_elses(client, root, jane, supervisor):
    client.force_login(root)
    data = skills_of(jane) | {"vonage_user": "Jane 2", "user": supervisor.id}

    client.post(f"{AGENTS}{jane.id}/change/", data)

    jane.refresh_from_db()
    assert (jane.vonage_user, jane.user.username) == ("Jane 2", "jane")


@pytest.mark.parametrize("level", [0, 6])
def test_a_level_is_one_to_five(client, root, jane, level):
    french = Skill.objects.create(name="French")
    client.force_login(root)

    client.post(f"{AGENTS}{jane.id}/change/", skills_of(jane, (french, level)))

    assert not jane.skills.exists()


def test_nobody_has_a_skill_twice(client, root, jane):
    french = Skill.objects.create(name="French")
    client.force_login(root)

    client.post(f"{AGENTS}{jane.id}/change/", skills_of(jane, (french, 4), (french, 2)))

    assert not jane.skills.exists()


@pytest.fixture
def asks_for_french(sales):
    """A live flow that asks for French in its only queue node."""
    flow = apps.get_model("ivr.Flow").objects.create(name="Main")
    node = {"type": "queue", "queue": sales.id, "requires": [{"skill": "French", "level": 3}]}
    graph = {"start": "wait", "nodes": {"wait": node}}
    flow.versions.create(number=1, is_live=True, graph=graph)
    return flow


def test_a_skill_that_somebody_needs_is_not_deleted(client, root, jane, sales, asks_for_french):
    french = Skill.objects.create(name="French")
    jane.skills.create(skill=french, level=4)
    sales.requirements.create(skill=french, until_seconds=30)
    sales.requirements.create(skill=french)
    client.force_login(root)

    html = client.post(f"{SKILLS}{french.id}/delete/", {"post": "yes"}).content.decode()

    assert (
        "French cannot be deleted: needed by queue Sales, agent Jane and flow Main. "
        "Take it away from them first."
    ) in html
    assert Skill.objects.exists()


def test_a_skill_that_a_flow_names_keeps_its_name(client, root, asks_for_french):
    french = Skill.objects.create(name="French")
    client.force_login(root)

    response = client.post(f"{SKILLS}{french.id}/change/", {"name": "Français"})

    assert response.context["adminform"].form.errors["name"] == [
        "Flow Main asks for it by the name French. Publish a version without it first."
    ]


def test_a_skill_that_nobody_needs_is_renamed_and_deleted(client, root):
    french = Skill.objects.create(name="French")
    client.force_login(root)

    client.post(f"{SKILLS}{french.id}/change/", {"name": "Français"})
    renamed = Skill.objects.get().name
    client.post(f"{SKILLS}{french.id}/delete/", {"post": "yes"})

    assert renamed == "Français"
    assert not Skill.objects.exists()


@pytest.mark.parametrize("path", ["agent/{agent}", "user/{user}"])
def test_an_agent_who_has_worked_is_not_deleted(client, root, jane, path):
    services.choose(agent_id=jane.id, state="available", reason="", actor="jane", now=NOW)
    client.force_login(root)
    where = path.format(agent=jane.id, user=jane.user_id)

    html = client.post(f"/admin/agents/{where}/delete/", {"post": "yes"}).content.decode()

    assert "cannot be deleted: needed by the log of their states." in html
    assert "Make the user inactive instead" in html
    assert Agent.objects.filter(id=jane.id).exists()


def test_an_agent_whom_a_flow_names_is_not_deleted(client, root, jane):
    flow = apps.get_model("ivr.Flow").objects.create(name="Straight to Jane")
    graph = {"start": "jane", "nodes": {"jane": {"type": "agent", "agent": jane.id}}}
    flow.versions.create(number=1, is_live=True, graph=graph)
    client.force_login(root)

    html = client.post(f"{AGENTS}{jane.id}/delete/", {"post": "yes"}).content.decode()

    assert "Jane cannot be deleted: needed by flow Straight to Jane." in html


def test_an_agent_who_never_worked_is_deleted(client, root, jane):
    client.force_login(root)

    client.post(f"{AGENTS}{jane.id}/delete/", {"post": "yes"})

    assert not Agent.objects.filter(id=jane.id).exists()


@pytest.fixture
def key(client, root, ada):
    """A key of Ada's as its page showed it, and its row."""
    client.force_login(root)
    made = client.post(f"{KEYS}add/", {"name": "Reports", "user": ada.id, "is_read_only": "on"})
    html = page(client, made.url)
    [text] = re.findall(r"<code>(cc_[^<]+)</code>", html)
    return text, ApiKey.objects.get()


def test_a_key_is_shown_once_and_works(client, key, ada):
    text, row = key

    assert keys.find(text, now=NOW) == row
    assert (row.name, row.user, row.is_read_only) == ("Reports", ada, True)
    for path in (KEYS, f"{KEYS}{row.id}/change/", f"{KEYS}{row.id}/history/"):
        assert text not in page(client, path)


def test_the_digest_of_a_key_is_shown_nowhere(client, key):
    _, row = key

    for path in (KEYS, f"{KEYS}{row.id}/change/", f"{KEYS}{row.id}/history/"):
        assert row.digest not in page(client, path)


def test_a_key_can_be_renamed_and_nothing_else(client, key, root):
    text, row = key

    client.post(
        f"{KEYS}{row.id}/change/", {"name": "Wallboard", "user": root.id, "is_read_only": ""}
    )

    renamed = keys.find(text, now=NOW)
    assert (renamed.name, renamed.user, renamed.is_read_only) == ("Wallboard", row.user, True)


def test_a_revoked_key_opens_nothing(client, key):
    text, row = key

    client.post(KEYS, {"action": "revoke", "_selected_action": [row.id]})

    assert keys.find(text, now=NOW) is None
    assert "Revoked" in page(client, KEYS)
    assert LogEntry.objects.latest("id").change_message == "Revoked."


def test_a_supervisor_sees_no_keys(client, supervisor):
    assert client.get(KEYS).status_code == 403


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
