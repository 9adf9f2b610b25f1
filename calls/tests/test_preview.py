"""The page that says who would be rung for a waiting call."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from agents.models import Agent, AgentSkill, Skill, User
from calls.models import QueueEntry
from calls.router import rounds

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def supervisor(client, ada):
    ada.user_permissions.set(Permission.objects.filter(codename="view_call"))
    client.force_login(ada)
    return client


@pytest.fixture
def call(world):
    world.now = timezone.now()
    return world.waits()


def preview(client, call):
    return client.get(reverse("admin:calls_call_routing", args=[call.pk]))


def rows(client, call):
    shown = preview(client, call).context["preview"].rows
    return [(row.place, row.name, row.reason) for row in shown]


def test_every_agent_is_shown_with_their_place_or_what_keeps_them(supervisor, world, call, jane):
    world.available(jane)
    kim = User.objects.create(username="kim", first_name="Kim")
    Agent.objects.create(user=kim, vonage_user="Kim")

    assert rows(supervisor, call) == [
        (1, "Jane", ""),
        (None, "Joe", "offline"),
        (None, "Kim", "not in the queue"),
    ]


def test_the_first_in_the_preview_is_rung(supervisor, world, call, jane, joe):
    world.available(joe, jane)
    place, name, _ = rows(supervisor, call)[0]

    rounds.pair(now=world.now)

    assert (place, name) == (1, str(world.offer().agent))


def test_the_formula_is_shown_with_the_figures_of_the_call(supervisor, call):
    QueueEntry.objects.update(priority=3)

    page = preview(supervisor, call).content.decode()

    assert "Score: priority \N{MULTIPLICATION SIGN} 60 + seconds waited" in page
    waited, total = map(int, re.search(r"3 \D 60 \+ (\d+) = (\d+)", page).groups())
    assert total == 180 + waited


def test_needs_are_shown_with_the_time_at_which_they_relax(supervisor, world, call, jane):
    french, repairs = (Skill.objects.create(name=name) for name in ("French", "Repairs"))
    AgentSkill.objects.create(agent=jane, skill=french, level=5)
    needs = [[french.id, 3, 600], [repairs.id, 2, None], [french.id, 5, 0.001]]
    QueueEntry.objects.update(requirements=needs, enqueued_at=world.now - timedelta(seconds=1))
    world.available(jane)

    shown = preview(supervisor, call).context["preview"]

    relaxing = world.now + timedelta(seconds=599)
    assert [(need.name, need.relaxes_at) for need in shown.needs][1:] == [("Repairs 2", None)]
    assert abs(shown.needs[0].relaxes_at - relaxing) < timedelta(seconds=1)
    assert shown.rows[0].reason == "lacks Repairs 2"
    assert shown.rows[0].skills == "French 5"


def test_a_call_that_does_not_wait_has_nobody_to_choose(supervisor, world, call):
    world.event("completed", disconnected_by="user")

    assert "does not wait any more" in preview(supervisor, call).content.decode()


def test_a_waiting_call_leads_to_its_preview(supervisor, world, call):
    address = reverse("admin:calls_call_routing", args=[call.pk])
    change = reverse("admin:calls_call_change", args=[call.pk])

    assert address in supervisor.get(change).content.decode()
    world.event("completed", disconnected_by="user")
    assert address not in supervisor.get(change).content.decode()


def test_a_supervisor_previews_only_calls_of_their_teams(supervisor, ada, call):
    ada.teams.clear()

    assert preview(supervisor, call).status_code == 404


def test_somebody_who_may_not_see_calls_previews_none(client, cy, call):
    cy.is_staff = True
    cy.save()
    client.force_login(cy)

    assert preview(client, call).status_code == 404


def test_a_stranger_is_sent_to_the_log_in(client, call):
    assert preview(client, call).status_code == 302
