"""The page in which an agent takes calls, and the way there."""

import json
import re

import pytest
from django.contrib.auth.models import Permission
from django.contrib.staticfiles import finders
from django.utils import timezone

from agents.models import AgentState, StateReason, User
from calls import views
from calls.services import presence
from calls.views import SDK

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def config_of(browser):
    """What the page of this agent tells its modules."""

    def open_page(agent):
        html = browser(agent.user).get("/console/").content.decode()
        [config] = re.findall(r'id="console-config"[^>]*>(.*?)</script>', html)
        return json.loads(config)

    return open_page


def test_a_log_in_leads_an_agent_to_the_console(client, jane):
    jane.user.set_password("a long password")
    jane.user.save()

    page = client.post("/login/", {"username": "jane", "password": "a long password"}, follow=True)

    assert [url for url, _ in page.redirect_chain] == ["/", "/console/"]
    assert "Jane" in page.content.decode()


def test_a_log_in_leads_everybody_else_home(browser, ada):
    assert browser(ada).get("/").status_code == 200


def test_who_is_no_agent_is_led_home_and_told_why(browser, ada):
    page = browser(ada).get("/console/", follow=True)

    assert [url for url, _ in page.redirect_chain] == ["/"]
    assert "The console is for agents" in page.content.decode()


def test_strangers_log_in_first(client, db):
    assert client.get("/console/").url == "/login/?next=/console/"


def test_the_page_knows_who_may_coach(config_of, jane):
    jane.user.user_permissions.add(Permission.objects.get(codename="coach"))

    assert config_of(jane)["coach"] is True


def test_the_page_tells_its_modules_all_they_need(config_of, jane, monkeypatch):
    StateReason.objects.create(code="short", label="Short break", position=2)
    StateReason.objects.create(code="lunch", label="Lunch", position=1)
    StateReason.objects.create(code="device", label="Device", is_system=True)
    monkeypatch.setattr(finders, "find", lambda path: path)

    assert config_of(jane) == {
        "user": "jane",
        "agent_id": jane.id,
        "name": "Jane",
        "coach": False,
        "reasons": [
            {"code": "lunch", "label": "Lunch"},
            {"code": "short", "label": "Short break"},
        ],
        "urls": {
            "token": "/api/agents/me/token",
            "day": "/api/agents/me/day",
            "card": "/api/calls/0/card",
            "todo": "/api/todo",
            "calls": "/api/calls",
            "targets": "/api/targets",
            "dial": "/api/dial",
            "login": "/login/",
            "logout": "/logout/",
            "sdk": "/static/vendor/vonageClientSDK.min.js",
        },
        "sdk": {"present": True, "version": "2.3.1"},
    }


def test_the_page_says_when_the_sdk_has_not_been_fetched(config_of, jane, monkeypatch):
    found = {SDK: None}
    monkeypatch.setattr(finders, "find", found.__getitem__)

    assert config_of(jane)["sdk"]["present"] is False


def test_the_page_opens_where_nobody_says_which_version_the_sdk_has(
    config_of, jane, settings, tmp_path
):
    settings.BASE_DIR = tmp_path
    views._sdk_version.cache_clear()

    try:
        assert config_of(jane)["sdk"]["version"] is None
    finally:
        views._sdk_version.cache_clear()


@pytest.mark.parametrize("path", ["/logout/", "/admin/logout/"])
def test_an_agent_who_logs_out_is_offline(browser, jane, path):
    presence.choose(
        agent_id=jane.id, state="available", reason="", actor="jane", now=timezone.now()
    )

    out = browser(jane.user).post(path)

    assert (out.status_code, out.url) == (302, "/login/")
    running = AgentState.objects.get(agent=jane, ended_at=None)
    assert (running.state, running.actor) == ("offline", "jane")


def test_a_log_out_in_a_call_leaves_the_call_alone(world, browser, jane):
    world.available(jane)
    call, _ = world.talks()

    browser(jane.user).post("/logout/")

    call.refresh_from_db()
    assert call.state == "connected"
    assert AgentState.objects.get(agent=jane, ended_at=None).state == "busy"


def test_everybody_else_logs_out_too(browser, ada):
    client = browser(ada)

    assert client.post("/logout/").url == "/login/"
    assert client.get("/").url == "/login/?next=/"


def test_names_cannot_break_out_of_the_page(config_of, browser, jane):
    User.objects.filter(id=jane.user_id).update(first_name="</script><script>alert(1)//")

    assert config_of(jane)["name"] == "</script><script>alert(1)//"
    assert "<script>alert" not in browser(jane.user).get("/console/").content.decode()


def test_who_leads_a_team_is_led_home_though_they_are_an_agent_too(browser, floor, jane):
    floor.supervisors.add(jane.user)

    page = browser(jane.user).get("/")

    assert page.status_code == 200
    assert "/console/" in page.content.decode()
