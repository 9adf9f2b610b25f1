"""The admin's page of a queue: what it refuses, warns of and shows."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone

from agents import services as agents
from agents.models import AgentSkill, Skill, User
from calls.models import Disposition, Overflow, Queue, QueueEntry, Requirement
from calls.tests.settings import SETTINGS, rows
from ivr.models import Flow, Number, Schedule
from ivr.services import publish

pytestmark = [pytest.mark.db, pytest.mark.django_db]
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
QUEUES = "/admin/calls/queue/"
ORDER = "/admin/calls/queueassignment/"


@pytest.fixture
def operator(client, db, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    user = User.objects.create(username="root", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def support(db):
    return Queue.objects.create(name="Support")


@pytest.fixture
def french(db):
    return Skill.objects.create(name="French")


@pytest.fixture
def office(db):
    schedule = Schedule.objects.create(name="Office")
    for weekday in range(5):
        schedule.hours.create(weekday=weekday, opens=time(9), closes=time(17))
    return schedule


def save(client, queue, **changes):
    members = list(queue.agents.values_list("id", flat=True))
    data = {"name": queue.name, "members": members, **SETTINGS}
    for name, value in changes.items():
        data |= value if isinstance(value, dict) else {name: value}
    return client.post(f"{QUEUES}{queue.id}/change/", data)


def refusals(response):
    """Everything the page said when it did not save."""
    page = response.context
    found = [*page["adminform"].form.errors.values()]
    for one in page["inline_admin_formsets"]:
        found += [one.formset.non_form_errors()]
        found += [words for errors in one.formset.errors for words in errors.values()]
    return [sentence for errors in found for sentence in errors]


def told(response):
    """Messages on the page after saving."""
    page = response.client.get(response.url)
    return [str(message) for message in page.context["messages"]]


def shown(client, queue):
    return client.get(f"{QUEUES}{queue.id}/change/").content.decode()


def way(reason="any", target="flow_exit", **more):
    return {"reason": reason, "target": target, **more}


def leads(name, graph):
    flow = Flow.objects.create(name=name)
    publish(flow=flow, graph=graph)
    return flow


def into(queue, timeout=None):
    """A flow that leads at once into this queue."""
    node = {"type": "queue", "queue": queue.id, **({"timeout": timeout} if timeout else {})}
    return {
        "start": "hello",
        "nodes": {
            "hello": {"type": "say", "text": "Hello.", "next": "wait"},
            "wait": node,
            "bye": {"type": "hang_up", "text": "Goodbye."},
        },
    }


def test_a_queue_with_every_kind_of_setting_is_saved(client, operator, sales, support, office):
    flow = leads("Closed", {"start": "bye", "nodes": {"bye": {"type": "hang_up"}}})
    ways = [
        way("full", "queue", other_queue=support.id),
        way("late", "number", number="+44 7700 900123"),
        way("closed", "flow", flow=flow.id, words="We are closed."),
        way("any", "voicemail"),
    ]

    response = save(
        client,
        sales,
        strategy="ring_all",
        schedule=office.id,
        announce_every_seconds=30,
        comfort_messages="Thank you for waiting.",
        choices_every_seconds=60,
        offers_callback="on",
        overflows=rows("overflows", *ways),
    )

    assert response.status_code == 302
    sales.refresh_from_db()
    assert (sales.strategy, sales.schedule, sales.offers_callback) == ("ring_all", office, True)
    assert {row.reason: row.number for row in sales.overflows.all()} == {
        "any": "",
        "closed": "",
        "full": "",
        "late": "447700900123",
    }


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"announce_every_seconds": 14}, "Write 0 for never, or at least 15 seconds."),
        ({"choices_every_seconds": 1}, "Write 0 for never, or at least 15 seconds."),
        (
            {"offers_callback": "on"},
            "A callback is offered, but callers are never asked: write how often they are, at "
            "least every 15 seconds.",
        ),
        (
            {"choices_every_seconds": 60},
            "There is nothing to offer: tick a callback or a message below, or write 0.",
        ),
        (
            {"announce_every_seconds": 60},
            "There is nothing to announce: tick the position or the wait, or write a message.",
        ),
        (
            {"prefer_last_agent_seconds": 600},
            "Callers wait 600 s at most: one who is kept for their last agent is offered to nobody "
            "else. Write less than that.",
        ),
        (
            {"offers_voicemail": "on", "choices_every_seconds": 700},
            "Callers wait 600 s at most: until then they are never asked. Write less than that.",
        ),
        (
            {"is_disposition_required": "on"},
            "An outcome is required, but there is none to choose: choose some, or untick it.",
        ),
        (
            {"music_url": "http://192.168.0.9/hold.mp3"},
            "Vonage cannot reach this address: it is not on the public internet.",
        ),
        (
            {"music_url": "ftp://example.com/hold.mp3"},
            "Write a plain address that begins with https:// or http://.",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_the_reason(client, operator, sales, changes, sentence):
    response = save(client, sales, **changes)

    assert refusals(response) == [sentence]
    sales.refresh_from_db()
    assert (sales.music_url, sales.announce_every_seconds, sales.offers_callback) == ("", 0, False)


def test_our_own_music_may_be_named(client, operator, sales, settings):
    settings.PUBLIC_URL = "http://localhost:8000"
    url = f"{settings.PUBLIC_URL}/static/audio/hold.mp3"

    save(client, sales, music_url=url)

    sales.refresh_from_db()
    assert sales.music_url == url


@pytest.mark.parametrize(
    ("rest", "sentence"),
    [
        ({"target": "queue"}, "Choose the queue that callers are sent to."),
        ({"target": "flow"}, "Choose the flow that callers are sent to."),
        ({"target": "number"}, "Write the number that is called for them."),
        (
            {"target": "number", "number": "the front desk"},
            "Write a telephone number with its country code, such as +44 20 7946 0000.",
        ),
        (
            {"target": "number", "number": "+44 20 7946 0000"},
            "This is one of our own numbers: callers would go round. Choose its flow instead.",
        ),
    ],
)
def test_a_way_that_leads_nowhere_is_refused(client, operator, sales, support, rest, sentence):
    Number.objects.create(number="442079460000", flow=leads("Main", into(support)))

    response = save(client, sales, overflows=rows("overflows", way(**rest)))

    assert refusals(response) == [sentence]
    assert not Overflow.objects.exists()


def test_two_ways_for_one_reason_are_refused(client, operator, sales):
    ways = rows("overflows", way("full", "hang_up"), way("full", "voicemail"))

    response = save(client, sales, overflows=ways)

    assert refusals(response) == ["There are two ways for “The queue is full”. Delete one of them."]


def test_a_way_keeps_only_what_its_target_uses(client, operator, sales, support):
    ways = rows("overflows", way("full", "hang_up", other_queue=support.id, number="447700900123"))

    save(client, sales, overflows=ways)

    saved = sales.overflows.get()
    assert (saved.other_queue, saved.number) == (None, "")


def test_a_queue_cannot_send_callers_to_itself(client, operator, sales):
    ways = rows("overflows", way("full", "queue", other_queue=sales.id))

    assert refusals(save(client, sales, overflows=ways)) == [
        "Callers cannot be sent to the queue that they leave."
    ]


@pytest.mark.parametrize("reason", ["any", "late", "full", "no_agents", "closed", "emergency"])
def test_a_circle_of_three_queues_is_refused_whatever_the_reasons(
    client, operator, sales, support, reason
):
    third = Queue.objects.create(name="Repairs")
    support.overflows.create(reason=reason, target="queue", other_queue=third)
    third.overflows.create(reason="closed", target="queue", other_queue=sales)
    ways = rows("overflows", way("full", "queue", other_queue=support.id))

    assert refusals(save(client, sales, overflows=ways)) == [
        "Callers would go round in a circle: Sales → Support → Repairs → Sales. Send them "
        "somewhere else, or let one of these queues send them to a message or hang up."
    ]


def test_a_circle_through_a_flow_that_leads_back_at_once_is_refused(
    client, operator, sales, support
):
    back = leads("Back", into(sales))
    support.overflows.create(target="flow", flow=back)
    ways = rows("overflows", way("late", "queue", other_queue=support.id))

    [sentence] = refusals(save(client, sales, overflows=ways))

    assert "Sales → Support → Sales" in sentence


def test_a_flow_that_leads_back_past_an_agent_who_may_be_offline_is_refused(
    client, operator, sales, jane
):
    graph = into(sales)
    graph["nodes"]["hello"] = {"type": "agent", "agent": jane.id, "no_answer": "wait"}
    ways = rows("overflows", way("full", "flow", flow=leads("Jane", graph).id))

    [sentence] = refusals(save(client, sales, overflows=ways))

    assert "Sales → Sales" in sentence


def test_a_flow_that_asks_callers_first_makes_no_circle(client, operator, sales):
    menu = {
        "type": "menu",
        "text": "Press 1.",
        "options": {"1": "wait"},
        "no_input": "bye",
        "wrong_input": "bye",
    }
    graph = into(sales)
    graph["nodes"]["hello"] = menu
    ways = rows("overflows", way("late", "flow", flow=leads("Menu", graph).id))

    assert save(client, sales, overflows=ways).status_code == 302


def test_a_circle_over_the_way_out_of_a_flow_is_refused(client, operator, sales, support):
    graph = into(sales, timeout="again")
    graph["nodes"]["again"] = {"type": "queue", "queue": support.id, "timeout": "wait"}
    leads("Round", graph)
    ways = rows("overflows", way("full", "flow_exit"))

    [sentence] = refusals(save(client, sales, overflows=ways))

    assert "Sales → Support → Sales" in sentence


def test_ways_that_are_not_circles_are_saved(client, operator, sales, support):
    night = Queue.objects.create(name="Night")
    support.overflows.create(target="queue", other_queue=night)
    onward = {"full": support, "late": night, "closed": support}
    ways = [way(reason, "queue", other_queue=other.id) for reason, other in onward.items()]

    assert save(client, sales, overflows=rows("overflows", *ways)).status_code == 302


def test_steps_that_do_not_relax_are_refused(client, operator, sales, french):
    steps = [
        {"skill": french.id, "level": 2, "until_seconds": 30},
        {"skill": french.id, "level": 4, "until_seconds": ""},
    ]

    [sentence] = refusals(save(client, sales, requirements=rows("requirements", *steps)))

    assert sentence.startswith("French 4 always does not relax French 2 until 30 s")
    assert not Requirement.objects.exists()


def test_a_level_outside_one_to_five_is_refused(client, operator, sales, french):
    step = {"skill": french.id, "level": 6, "until_seconds": ""}

    assert refusals(save(client, sales, requirements=rows("requirements", step))) == [
        "Ensure this value is less than or equal to 5."
    ]


def test_what_nobody_can_meet_is_saved_with_a_warning(client, operator, sales, french, jane):
    AgentSkill.objects.create(agent=jane, skill=french, level=3)
    steps = [
        {"skill": french.id, "level": 4, "until_seconds": 30},
        {"skill": french.id, "level": 3, "until_seconds": ""},
    ]

    response = save(client, sales, requirements=rows("requirements", *steps))

    assert ("Nobody in this queue has French 4, which callers need until 30 s of waiting.") in told(
        response
    )
    assert sales.requirements.count() == 2


def test_a_queue_without_agents_is_saved_with_a_warning(client, operator, support):
    assert "Nobody serves this queue yet: choose its agents." in told(save(client, support))


def test_a_schedule_that_never_opens_is_refused(client, operator, sales):
    never = Schedule.objects.create(name="Never")

    assert refusals(save(client, sales, schedule=never.id)) == [
        "Never cannot work. It never opens: add opening hours for at least one day."
    ]


def test_a_schedule_that_only_was_open_is_refused(client, operator, sales):
    over = Schedule.objects.create(name="Over")
    over.exceptions.create(date=NOW.date() - timedelta(7), opens=time(9), closes=time(17))

    assert refusals(save(client, sales, schedule=over.id)) == [
        "Over does not open again in the next 400 days."
    ]


def test_the_list_says_which_queues_let_callers_in(client, operator, sales, support, office):
    Queue.objects.filter(id=sales.id).update(schedule=office)
    Queue.objects.filter(id=support.id).update(is_emergency_closed=True)

    html = client.get(QUEUES).content.decode()

    assert "Open until 17:00" in html
    assert "Closed at once" in html
    assert "80 % in 20 s" in html


def test_the_list_asks_the_database_no_more_for_more_queues(
    client, operator, office, django_assert_max_num_queries
):
    for number in range(30):
        Queue.objects.create(name=f"Queue {number}", schedule=office)

    with django_assert_max_num_queries(20):
        client.get(QUEUES)


def test_queues_are_closed_at_once_and_opened_again(client, operator, sales, support):
    chosen = {"_selected_action": [sales.id, support.id]}

    client.post(QUEUES, {"action": "close_at_once", **chosen})
    closed = set(Queue.objects.filter(is_emergency_closed=True))
    client.post(QUEUES, {"action": "open_again", "_selected_action": [sales.id]})

    assert closed == {sales, support}
    assert set(Queue.objects.filter(is_emergency_closed=True)) == {support}
    assert [
        (entry.object_repr, entry.change_message) for entry in LogEntry.objects.order_by("id")
    ] == [
        ("Sales", "Closed at once."),
        ("Support", "Closed at once."),
        ("Sales", "Opened again."),
    ]


def test_a_supervisor_closes_their_own_queues_only(client, ada, sales, support):
    ada.user_permissions.set(Permission.objects.filter(codename__in=["view_queue", "change_queue"]))
    client.force_login(ada)

    client.post(QUEUES, {"action": "close_at_once", "_selected_action": [sales.id, support.id]})

    assert set(Queue.objects.filter(is_emergency_closed=True)) == {sales}


def test_a_page_that_was_opened_before_a_queue_was_closed_does_not_open_it_again(
    client, operator, sales
):
    assert "initial-is_emergency_closed" in shown(client, sales)
    client.post(QUEUES, {"action": "close_at_once", "_selected_action": [sales.id]})

    save(client, sales, **{"max_size": 150, "initial-is_emergency_closed": "False"})

    sales.refresh_from_db()
    assert (sales.max_size, sales.is_emergency_closed) == (150, True)
    save(client, sales, **{"initial-is_emergency_closed": "True"})
    sales.refresh_from_db()
    assert sales.is_emergency_closed is False


def test_who_may_only_look_cannot_close_a_queue(client, ada, sales):
    ada.user_permissions.set(Permission.objects.filter(codename__in=["view_queue"]))
    client.force_login(ada)

    assert client.get(f"{QUEUES}{sales.id}/change/").status_code == 200
    client.post(QUEUES, {"action": "close_at_once", "_selected_action": [sales.id]})

    assert not Queue.objects.filter(is_emergency_closed=True).exists()


def test_the_page_prints_the_formula_of_the_priority(client, operator, sales):
    Queue.objects.filter(id=sales.id).update(priority=5)

    html = shown(client, sales)

    assert "60 times its priority, plus the seconds it has waited" in html
    assert "equals one of priority 0 that has waited 5:00" in html


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({}, "Is the next to be served; 1 of its agents is logged in."),
        ({"is_emergency_closed": True}, "Is not let in (closed at once), and may leave a message."),
        ({"max_size": 0}, "Is not let in (the queue is full), and may leave a message."),
    ],
)
def test_the_page_says_what_becomes_of_a_caller_now(client, operator, sales, jane, state, sentence):
    agents.choose(agent_id=jane.id, state="available", reason="", actor="jane", now=NOW)
    Queue.objects.filter(id=sales.id).update(**state)
    sales.overflows.create(target="voicemail")

    assert sentence in shown(client, sales)


def test_the_page_says_where_callers_go_who_cannot_wait(client, operator, sales, support):
    sales.overflows.create(reason="late", target="queue", other_queue=support)
    sales.overflows.create(reason="closed", target="number", number="442079460123")
    sales.overflows.create(target="hang_up")

    html = shown(client, sales)

    assert "<dt>who has waited 30:00</dt><dd>is sent to queue Support</dd>" in html
    assert "is put through to +44 20 7946 0123" in html
    assert "<dt>who comes while nobody is logged in</dt><dd>waits all the same</dd>" in html
    assert "<dt>who finds 200 others waiting</dt><dd>hears good-bye</dd>" in html


def test_the_agents_of_a_top_down_queue_have_an_order(client, operator, sales, jane, joe):
    Queue.objects.filter(id=sales.id).update(strategy="top_down")
    first, second = sales.assignments.order_by("agent")
    page = {
        "form-TOTAL_FORMS": 2,
        "form-INITIAL_FORMS": 2,
        "form-0-id": first.id,
        "form-0-position": 9,
        "form-1-id": second.id,
        "form-1-position": 3,
        "_save": "Save",
    }

    html = shown(client, sales)
    client.post(f"{ORDER}?queue__id__exact={sales.id}", page)

    assert f"{ORDER}?queue__id__exact={sales.id}" in html
    assert [(one.agent, one.position) for one in sales.assignments.all()] == [(joe, 3), (jane, 9)]


def test_an_agent_who_joins_a_queue_is_rung_last(client, operator, sales, jane, joe):
    sales.agents.set([jane])
    sales.assignments.update(position=4)

    save(client, sales, members=[jane.id, joe.id])

    assert [(one.agent, one.position) for one in sales.assignments.all()] == [(jane, 4), (joe, 5)]


def test_a_queue_of_a_thousand_agents_is_saved(client, operator, sales, jane):
    users = User.objects.bulk_create(User(username=f"agent{one:04}") for one in range(1000))
    everybody = jane.__class__.objects.bulk_create(
        jane.__class__(user=user, vonage_user=user.username) for user in users
    )
    ids = [agent.id for agent in everybody]

    save(client, sales, members=ids)

    assert sales.agents.count() == 1000
    assert len(client.get(f"{ORDER}?queue__id__exact={sales.id}").context["cl"].result_list) == 100


def test_a_supervisor_orders_their_own_agents_only(client, ada, sales, jane):
    Queue.objects.create(name="Night").agents.add(jane)
    ada.user_permissions.set(Permission.objects.filter(codename__in=["change_queue"]))
    client.force_login(ada)

    listed = client.get(ORDER).context["cl"].queryset

    assert {row.agent.user.username for row in listed} == {"jane", "joe"}
    assert client.post(f"{ORDER}add/").status_code == 403


def test_a_queue_that_a_flow_names_is_not_deleted(client, operator, support):
    leads("Main", into(support))

    html = client.post(f"{QUEUES}{support.id}/delete/", {"post": "yes"}).content.decode()

    assert (
        "Support cannot be deleted: needed by flow Main. Close it at once instead, so that nobody "
        "new is let in."
    ) in html
    assert Queue.objects.filter(id=support.id).exists()


def test_a_queue_with_history_is_not_deleted(client, operator, world, sales):
    world.waits()
    QueueEntry.objects.update(left_at=NOW)

    html = client.post(f"{QUEUES}{sales.id}/delete/", {"post": "yes"}).content.decode()

    assert "the record of its calls" in html
    assert "Close it at once instead" in html
    assert Queue.objects.filter(id=sales.id).exists()


def test_a_queue_that_another_sends_callers_to_is_not_deleted(client, operator, sales, support):
    sales.overflows.create(target="queue", other_queue=support)

    html = client.get(f"{QUEUES}{support.id}/delete/").content.decode()

    assert "Support cannot be deleted: needed by queue Sales." in html


def test_a_queue_that_nobody_needs_is_deleted(client, operator, support, french):
    support.requirements.create(skill=french)
    support.overflows.create(target="hang_up")

    client.post(f"{QUEUES}{support.id}/delete/", {"post": "yes"})

    assert not Queue.objects.filter(id=support.id).exists()


def test_a_flow_that_a_queue_leads_to_is_not_deleted(client, operator, sales, support):
    flow = leads("Closed", into(support))
    sales.overflows.create(target="flow", flow=flow)

    html = client.post(f"/admin/ivr/flow/{flow.id}/delete/", {"post": "yes"}).content.decode()

    assert "Closed cannot be deleted: needed by queue Sales." in html


def test_outcomes_are_one_level_deep(client, operator):
    top = Disposition.objects.create(label="Sold")
    middle = Disposition.objects.create(label="Online", parent=top)
    path = "/admin/calls/disposition/"

    below = client.post(f"{path}add/", {"label": "App", "parent": middle.id, "position": 0})
    above = client.post(
        f"{path}{top.id}/change/", {"label": "Sold", "parent": middle.id, "position": 0}
    )
    itself = client.post(
        f"{path}{middle.id}/change/", {"label": "Online", "parent": middle.id, "position": 0}
    )

    assert refusals(below) == ["Online belongs to Sold already, and outcomes are one level deep."]
    assert refusals(above) == ["Online belongs to Sold already, and outcomes are one level deep."]
    assert refusals(itself) == ["An outcome cannot belong to itself."]


def test_an_outcome_that_a_queue_asks_for_is_not_deleted(client, operator, sales):
    sold = Disposition.objects.create(label="Sold")
    Disposition.objects.create(label="Online", parent=sold)
    sales.dispositions.add(sold)

    html = client.post(f"/admin/calls/disposition/{sold.id}/delete/", {"post": "yes"})

    assert "Sold cannot be deleted: needed by queue Sales and outcome Online." in (
        html.content.decode()
    )
