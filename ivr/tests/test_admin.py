"""The admin's pages for flows and numbers."""

import json

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from ivr.models import Flow, FlowVersion, Number
from ivr.services import publish

pytestmark = [pytest.mark.db, pytest.mark.django_db]
FLOWS = "/admin/ivr/flow/"
NUMBERS = "/admin/ivr/number/"
BYE = {"type": "hang_up", "text": "Goodbye."}
FIRST = {"start": "bye", "nodes": {"bye": BYE}}
HELLO = {"type": "say", "text": "Hello.", "next": "bye"}
SECOND = {"start": "hello", "nodes": {"hello": HELLO, "bye": BYE}}


@pytest.fixture
def operator(client, db):
    user = get_user_model().objects.create(username="root", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def flow(db):
    flow = Flow.objects.create(name="Main line")
    publish(flow=flow, graph=FIRST)
    return flow


def save(client, flow, graph, *, based_on=1, name="Main line"):
    """Send the flow's page; `graph` as JSON text or as what that text says."""
    text = graph if isinstance(graph, str) else json.dumps(graph)
    return client.post(
        f"{FLOWS}{flow.id}/change/",
        {
            "name": name,
            "graph": text,
            "based_on": based_on,
            "versions-TOTAL_FORMS": 0,
            "versions-INITIAL_FORMS": 0,
        },
    )


def problems(response):
    """The sentences shown at the graph."""
    return response.context["adminform"].form.errors["graph"]


def live(flow):
    return FlowVersion.objects.get(flow=flow, is_live=True)


def test_a_flow_that_cannot_work_is_refused_with_every_problem(client, operator, flow):
    broken = {
        "start": "nowhere",
        "nodes": {"menu": {"type": "menu", "text": "?", "options": {}}, "bye": BYE},
    }

    response = save(client, flow, broken)

    assert problems(response) == [
        "Node 'menu': options cannot be {}.",
        "The flow starts at 'nowhere', which is not a node.",
    ]
    assert live(flow).graph == FIRST


def test_a_node_may_require_only_skills_that_exist(client, operator, flow, sales):
    Skill = apps.get_model("agents.Skill")  # noqa: N806
    Skill.objects.create(name="French")
    needs = [{"skill": "French", "level": 3}, {"skill": "Klingon", "level": 1}]
    node = {"type": "queue", "queue": sales.id, "requires": needs}

    response = save(client, flow, {"start": "sales", "nodes": {"sales": node}})

    assert problems(response) == ["Node 'sales': there is no skill 'Klingon'."]
    assert live(flow).graph == FIRST


def test_a_node_must_lead_to_a_queue_and_an_agent_that_exist(client, operator, flow, sales, jane):
    graph = {
        "start": "sales",
        "nodes": {
            "sales": {"type": "queue", "queue": sales.id, "timeout": "ghosts"},
            "ghosts": {"type": "queue", "queue": 4711, "timeout": "jane"},
            "jane": {"type": "agent", "agent": jane.id, "no_answer": "nobody"},
            "nobody": {"type": "agent", "agent": 4712},
        },
    }

    response = save(client, flow, graph)

    assert problems(response) == [
        "Node 'ghosts': there is no queue 4711.",
        "Node 'nobody': there is no agent 4712.",
    ]


def test_saving_a_changed_graph_publishes_it_and_keeps_the_old_version(client, operator, flow):
    save(client, flow, SECOND)

    versions = FlowVersion.objects.filter(flow=flow).values_list("number", "is_live", "graph")
    assert list(versions) == [(2, True, SECOND), (1, False, FIRST)]


def test_the_page_says_who_published_a_version(client, operator, flow):
    save(client, flow, SECOND)

    html = client.get(f"{FLOWS}{flow.id}/change/").content.decode()

    assert "by root" in html
    assert "not in the admin" in html  # version 1


def test_renaming_a_flow_publishes_nothing(client, operator, flow):
    save(client, flow, FIRST, name="Front door")

    flow.refresh_from_db()
    assert (flow.name, FlowVersion.objects.count()) == ("Front door", 1)


def test_nobody_overwrites_what_was_published_while_they_were_writing(client, operator, flow):
    publish(flow=flow, graph=SECOND)

    response = save(client, flow, FIRST, based_on=1)

    assert problems(response)[0].startswith("Version 2 was published while you were writing.")
    assert live(flow).graph == SECOND


def test_what_is_not_json_is_shown_again_as_it_was_typed(client, operator, flow):
    response = save(client, flow, '{"start": <b>')

    assert problems(response) == ["Enter a valid JSON."]
    assert "{&quot;start&quot;: &lt;b&gt;" in response.content.decode()


def test_words_in_a_graph_are_only_text_on_the_page(client, operator, flow):
    graph = {"start": "bye", "nodes": {"bye": {"type": "hang_up", "text": "</textarea><script>"}}}
    publish(flow=flow, graph=graph)

    html = client.get(f"{FLOWS}{flow.id}/change/").content.decode()

    assert "</textarea><script>" not in html


def test_a_new_flow_begins_with_a_graph_that_works(client, operator):
    form = client.get(f"{FLOWS}add/").context["adminform"].form
    data = {
        "name": "New",
        "graph": json.dumps(form.initial["graph"]),
        "versions-TOTAL_FORMS": 0,
        "versions-INITIAL_FORMS": 0,
    }

    client.post(f"{FLOWS}add/", data)

    assert live(Flow.objects.get(name="New")).number == 1


def test_who_may_only_look_is_shown_no_graph_to_write(client, ada, flow):
    ada.user_permissions.set(Permission.objects.filter(codename__in=["view_flow"]))
    client.force_login(ada)

    html = client.get(f"{FLOWS}{flow.id}/change/").content.decode()

    assert "Main line" in html
    assert "Publish a new version" not in html
    assert save(client, flow, SECOND).status_code == 403


def test_a_flow_that_a_number_leads_to_is_not_deleted(client, operator, flow):
    Number.objects.create(number="442079460000", flow=flow)

    client.post(f"{FLOWS}{flow.id}/delete/", {"post": "yes"})

    assert Flow.objects.filter(id=flow.id).exists()


def test_a_number_may_be_written_as_people_write_it(client, operator, flow):
    client.post(f"{NUMBERS}add/", {"number": "+44 (0)20 7946-0000", "flow": flow.id})

    assert Number.objects.get().number == "442079460000"
    assert "+44 20 7946 0000" in client.get(NUMBERS).content.decode()


def test_what_is_not_a_number_is_refused(client, operator, flow):
    response = client.post(f"{NUMBERS}add/", {"number": "the front desk", "flow": flow.id})

    assert response.context["adminform"].form.errors["number"] == [
        "Write a telephone number with its country code."
    ]
