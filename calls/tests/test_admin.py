"""The admin's pages for calls, queues and what passed between us and Vonage."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission

from agents.models import Agent, Team, User
from calls.admin.lanes import Scale
from calls.admin.why import why_of
from calls.broadcast import Hint
from calls.models import Call, Disposition, Handling, Instruction, Queue, VonageEvent
from calls.services import offers
from calls.tests.settings import SETTINGS
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
CALLS = "/admin/calls/call/"
QUEUES = "/admin/calls/queue/"
SUPERVISOR = ["view_call", "view_queue", "change_queue"]


@pytest.fixture
def operator(client, db):
    user = User.objects.create(username="root", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def supervisor(client, ada):
    """Ada, logged in, with what supervisors may do."""
    ada.user_permissions.set(Permission.objects.filter(codename__in=SUPERVISOR))
    client.force_login(ada)
    return ada


@pytest.fixture
def kim(db):
    night = Team.objects.create(name="Night")
    user = User.objects.create(username="kim", first_name="Kim")
    return Agent.objects.create(user=user, vonage_user="Kim", team=night)


@pytest.fixture
def missed_then_answered(world, jane, joe):
    """Jane let it ring, Joe talked, the caller hung up."""
    world.available(jane, joe)
    call = world.waits()
    world.route()
    first = world.offer()
    offers.see(offer_id=first.id, agent_id=jane.id, now=world.now)
    world.now += timedelta(seconds=20)
    world.ends(first, "timeout")
    world.passes(1)
    world.picks_up(world.offer())
    world.now += timedelta(seconds=60)
    world.event("completed", disconnected_by="user", duration="81", price="0.00450000")
    world.send()
    call.refresh_from_db()
    return call


def shown(client, call):
    response = client.get(f"{CALLS}{call.id}/change/")
    assert response.status_code == 200
    return response.context["journey"], response.content.decode()


def waits_in(queue, call):
    """Let the call wait in this queue instead."""
    Call.objects.filter(id=call.id).update(queue=queue)
    call.entries.update(queue=queue)


def rows(client, path):
    """What a list page lists."""
    return list(client.get(path).context["cl"].queryset)


def test_the_page_of_a_call_shows_its_legs(client, operator, missed_then_answered):
    journey, html = shown(client, missed_then_answered)

    assert [(row.party, row.leg.kind) for row in journey.legs] == [
        ("Customer", "customer"),
        ("Jane", "agent"),
        ("Joe", "agent"),
    ]
    assert World.UUID in html
    assert "0.0045" in html


def test_the_page_of_a_call_shows_its_wait(client, operator, missed_then_answered):
    journey, _ = shown(client, missed_then_answered)

    assert [(row.place, row.lasted) for row in journey.waits] == [("Sales", "0:21")]


def test_the_page_of_a_call_shows_every_offer_and_why_it_was_made(
    client, operator, missed_then_answered
):
    journey, html = shown(client, missed_then_answered)

    jane, joe = journey.offers
    assert (jane.offer.state, joe.offer.state) == ("missed", "accepted")
    assert jane.why.sentence == "Jane: longest available with Sales."
    assert [one.name for one in jane.why.candidates] == ["Jane", "Joe"]
    assert joe.why.excluded == [(1, "missed")]
    assert "Could not be asked: 1 missed." in html


def test_the_page_of_a_call_shows_its_events_in_order(client, operator, missed_then_answered):
    _, html = shown(client, missed_then_answered)

    listed = html[html.index('id="events-title"') : html.index('id="instructions-title"')]
    assert re.findall(r'<th scope="row">(\w+)</th>', listed) == [
        *("received", "asked", "pressed", "enqueued", "offered", "offer_ended", "offered"),
        *("connected", "ended"),
    ]


def test_the_page_of_a_call_shows_what_was_asked_of_vonage(client, operator, missed_then_answered):
    journey, _ = shown(client, missed_then_answered)

    assert [(row.party, row.instruction.verb) for row in journey.instructions] == [
        ("Jane", "dial"),
        ("Joe", "dial"),
        ("Joe", "hang_up"),
    ]


def test_the_page_of_a_call_shows_the_webhooks_of_its_legs_only(
    client, operator, missed_then_answered, world
):
    world.answer("b" * 32)

    journey, _ = shown(client, missed_then_answered)

    assert {row.party for row in journey.webhooks} == {"Customer", "Jane", "Joe"}
    assert journey.webhooks[0].webhook.kind == "answer"
    assert "b" * 32 not in "".join(row.body for row in journey.webhooks)


def test_a_call_that_has_only_begun_has_a_page(client, operator, world):
    world.answer()

    journey, html = shown(client, Call.objects.get())

    assert journey.offers == []
    assert "No agent was offered this call." in html


def test_nothing_about_a_call_can_be_changed(client, operator, missed_then_answered):
    call = missed_then_answered

    _, html = shown(client, call)

    main = html[html.index('id="content-main"') :]
    assert not re.search(r"<(form|input|select|textarea|button)", main)
    for path in ("add/", f"{call.id}/change/", f"{call.id}/delete/"):
        assert client.post(f"{CALLS}{path}", {"post": "yes"}).status_code == 403
    assert Call.objects.filter(id=call.id).exists()


def test_what_a_caller_sends_is_only_text(client, operator, world, jane):
    script = "<script>alert(1)</script>"
    User.objects.filter(id=jane.user_id).update(first_name=script)
    world.available(jane)
    call = world.waits()
    world.route()
    Call.objects.filter(id=call.id).update(from_number="<script>x")
    VonageEvent.objects.filter(kind="answer").update(
        body={"from": script, "status": script}, reply=[{"text": script}], error=script
    )
    Instruction.objects.update(error=script)

    _, html = shown(client, call)
    event = VonageEvent.objects.get(kind="answer")
    pages = [html] + [
        client.get(path).content.decode()
        for path in (
            CALLS,
            "/admin/calls/vonageevent/",
            f"/admin/calls/vonageevent/{event.id}/change/",
            "/admin/calls/instruction/",
            f"{QUEUES}{call.queue_id}/change/",
        )
    ]

    assert "&lt;script&gt;alert" in html
    assert not [page for page in pages if "<script>" in page]


def test_the_page_of_a_call_needs_no_inline_script_or_style(client, operator, missed_then_answered):
    _, html = shown(client, missed_then_answered)

    assert "style=" not in html
    assert "<style" not in html
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))


def test_a_supervisor_sees_calls_of_their_own_teams_only(client, supervisor, world, jane, kim):
    night = Queue.objects.create(name="Night")
    night.agents.add(kim)
    mine = world.waits("a" * 32)
    world.now += timedelta(seconds=1)
    other = world.waits("b" * 32)
    waits_in(night, other)

    assert rows(client, CALLS) == [mine]
    assert client.get(f"{CALLS}{mine.id}/change/").status_code == 200
    assert client.get(f"{CALLS}{other.id}/change/").status_code == 302


def test_what_passed_between_us_and_vonage_is_for_operators(client, supervisor, world):
    world.answer()

    assert client.get("/admin/calls/vonageevent/").status_code == 403
    assert client.get("/admin/calls/instruction/").status_code == 403


def test_whoever_may_see_webhooks_sees_those_of_their_own_calls(client, supervisor, world, kim):
    supervisor.user_permissions.add(
        *Permission.objects.filter(codename__in=["view_vonageevent", "view_instruction"])
    )
    night = Queue.objects.create(name="Night")
    mine = world.waits("a" * 32)
    world.now += timedelta(seconds=1)
    waits_in(night, world.waits("b" * 32))

    listed = rows(client, "/admin/calls/vonageevent/")

    assert {event.uuid for event in listed} == {mine.legs.get().uuid}
    assert rows(client, "/admin/calls/instruction/") == []


@pytest.mark.parametrize("spelling", ["+44 7700 900001", "00447700900001", "900001"])
def test_a_call_is_found_by_its_number_in_any_spelling(client, operator, world, spelling):
    world.answer()

    assert rows(client, f"{CALLS}?q={spelling.replace('+', '%2B')}") == [Call.objects.get()]
    assert rows(client, f"{CALLS}?q=447700900002") == []


def test_a_call_is_found_by_the_beginning_of_its_key(client, operator, world):
    world.answer()
    call = Call.objects.get()

    assert rows(client, f"{CALLS}?q={call.key[:8]}") == [call]


def test_a_running_call_stays_on_its_version_when_the_next_is_published(client, operator, world):
    ncco = world.answer()
    call = Call.objects.get()
    flow = call.flow_version.flow
    graph = {"start": "bye", "nodes": {"bye": {"type": "hang_up", "text": "Closed."}}}
    page = {"name": flow.name, "graph": json.dumps(graph), "based_on": 1}
    inline = {"versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0}

    client.post(f"/admin/ivr/flow/{flow.id}/change/", page | inline)

    assert world.press(ncco, "1")[0]["action"] == "conversation"
    assert world.answer("b" * 32)[0]["text"] == "Closed."
    assert [one.flow_version.number for one in Call.objects.order_by("id")] == [1, 2]


def test_a_supervisor_sees_the_queues_of_their_own_teams_only(client, supervisor, sales, kim):
    Queue.objects.create(name="Night").agents.add(kim)

    assert rows(client, QUEUES) == [sales]


def test_a_supervisor_who_saves_a_queue_leaves_the_agents_of_others_in_it(
    client, supervisor, sales, jane, joe, kim
):
    sales.agents.add(kim)

    client.post(f"{QUEUES}{sales.id}/change/", {"name": "Sales", "members": [joe.id], **SETTINGS})

    assert set(sales.agents.all()) == {joe, kim}


def test_a_supervisor_cannot_put_somebody_elses_agent_into_a_queue(client, supervisor, sales, kim):
    response = client.post(
        f"{QUEUES}{sales.id}/change/", {"name": "Sales", "members": [kim.id], **SETTINGS}
    )

    assert "members" in response.context["adminform"].form.errors
    assert kim not in sales.agents.all()


def test_a_queue_says_who_waits_in_it_now(client, operator, world, sales):
    world.waits("a" * 32)
    world.now += timedelta(seconds=1)
    world.waits("b" * 32)
    world.event("completed", "b" * 32, disconnected_by="user")

    [row] = rows(client, QUEUES)

    assert (row.waiting_now, row.agent_count) == (1, 2)


def test_the_page_of_a_call_shows_what_its_agents_made_of_it(
    client, operator, missed_then_answered, joe, sales
):
    call = missed_then_answered
    sold = Disposition.objects.create(label="Sold")
    Handling.objects.create(
        call=call, agent=joe, disposition=sold, note="Wants <b>blue</b>.\nToday.", saved_at=NOW
    )

    journey, html = shown(client, call)

    assert [str(one.disposition) for one in journey.handlings] == ["Sold"]
    assert "Wants &lt;b&gt;blue&lt;/b&gt;.<br>Today." in html


def test_an_operator_chooses_the_outcomes_of_a_queue(client, operator, sales):
    sold = Disposition.objects.create(label="Sold")

    client.post(
        f"{QUEUES}{sales.id}/change/", {"name": "Sales", "dispositions": [sold.id], **SETTINGS}
    )

    assert [*sales.dispositions.all()] == [sold]
    [row] = rows(client, "/admin/calls/disposition/")
    assert row == sold


def test_an_outcome_that_was_chosen_is_not_deleted(client, operator, missed_then_answered, joe):
    sold = Disposition.objects.create(label="Sold")
    Handling.objects.create(call=missed_then_answered, agent=joe, disposition=sold, saved_at=NOW)

    client.post(f"/admin/calls/disposition/{sold.id}/delete/", {"post": "yes"})

    assert Disposition.objects.filter(id=sold.id).exists()


def test_consoles_of_who_stays_and_who_leaves_hear_of_a_changed_queue(
    client, operator, sales, jane, joe, django_capture_on_commit_callbacks, monkeypatch
):
    heard: list[Hint] = []
    monkeypatch.setattr("calls.broadcast._publish", heard.append)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{QUEUES}{sales.id}/change/", {"name": "S", "members": [jane.id], **SETTINGS})

    both = frozenset({jane.id, joe.id})
    assert heard == [Hint(agents=both, queues=frozenset({sales.id}))]


def test_a_caller_who_waits_for_one_agent_is_explained(world, jane):
    world.available(jane)
    world.press(world.answer(), "2")
    world.route()

    why = why_of(world.offer())

    assert why.sentence == "Jane: asked for by the caller."


def test_an_offer_without_an_explanation_is_shown_without_one(world, jane):
    world.available(jane)
    world.waits()
    world.route()
    offer = world.offer()
    offer.explanation = {}

    assert why_of(offer) is None


def test_the_picture_puts_a_minute_of_four_where_it_belongs(world):
    scale = Scale(world.now, world.now + timedelta(minutes=4))
    second = world.now + timedelta(minutes=1)

    segment = scale.segment("talk", second, second + timedelta(minutes=1), "talked")

    assert (segment.x, segment.width, segment.words) == ("25.000%", "25.000%", "talked 1:00")
    assert [tick.word for tick in scale.ticks()] == [
        *("0:00", "0:30", "1:00", "1:30", "2:00", "2:30", "3:00", "3:30"),
    ]


@pytest.mark.parametrize(
    ("start", "end", "at"), [(0, 60, "inside"), (0, 5, "after"), (95, 100, "before")]
)
def test_the_words_of_a_segment_stand_where_there_is_room(world, start, end, at):
    scale = Scale(world.now, world.now + timedelta(seconds=100))

    segment = scale.segment(
        "talk",
        world.now + timedelta(seconds=start),
        world.now + timedelta(seconds=end),
        "talked",
    )

    assert segment.words_at == at
