"""What a console shows of its agent and the people around them, and what it is told of changes."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from agents import services as agents
from agents.models import Agent, StateReason, User
from calls import broadcast, selectors
from calls.consumers.hub import hub
from calls.models import Queue
from calls.selectors.me import own_pictures
from calls.services import offers
from calls.tests.asking import ask
from calls.tests.sockets import run
from calls.tests.test_api_agents import stamp
from conftest import START
from ivr.models import Flow
from ivr.services import publish
from tests.world import World

pytestmark = [pytest.mark.db]
rows = pytest.mark.django_db
sockets = pytest.mark.django_db(transaction=True)


def me(agent):
    return selectors.me(agent_id=agent.id, now=START)


@rows
@pytest.mark.parametrize(("key", "choice"), [("1", "1, Sales"), ("2", "2, Jane")])
def test_an_offer_says_what_the_caller_chose(world, jane, key, choice):
    world.available(jane)
    world.press(world.answer(), key)
    world.route()

    assert me(jane)["offer"]["choice"] == choice


@rows
def test_what_led_nowhere_was_no_choice(world, jane):
    world.available(jane)
    asked = world.press(world.answer(), "9")
    world.press(asked, "1")
    world.route()

    assert me(jane)["offer"]["choice"] == "1, Sales"


@rows
def test_words_on_the_way_are_not_the_choice(world, jane, sales):
    graph = {
        "start": "menu",
        "nodes": {
            "menu": {
                "type": "menu",
                "text": "For a car, press 7.",
                "options": {"7": "thanks"},
                "no_input": "bye",
                "wrong_input": "bye",
            },
            "thanks": {"type": "say", "text": "Thank you.", "next": "cars"},
            "cars": {"type": "queue", "queue": sales.id},
            "bye": {"type": "hang_up"},
        },
    }
    publish(flow=Flow.objects.get(numbers__number=World.MENU), graph=graph)
    world.available(jane)
    world.notify(world.press(world.answer(), "7"))
    world.route()

    assert me(jane)["offer"]["choice"] == "7, Sales"


@rows
def test_an_offer_says_why_it_went_to_this_agent(world, jane):
    world.available(jane)
    world.waits()
    world.route()

    assert me(jane)["offer"]["why"] == "Longest available with Sales"


@rows
def test_an_agent_who_was_talking_to_the_caller_is_told_so(world, jane):
    world.available(jane)
    _, offer = world.talks()
    world.event("completed", offer.leg.uuid, key=offer.leg.key, disconnected_by="platform")
    agents.beat(agent_id=jane.id, now=world.now)
    world.route()

    assert me(jane)["offer"]["why"] == "Was talking to this caller before"


@rows
def test_a_phone_keeps_its_own_name_for_the_call(world, jane):
    world.available(jane)
    world.waits()
    world.route()
    offer = world.offer()

    offers.see(offer_id=offer.id, agent_id=jane.id, phone_call="sdk-17", now=world.now)
    world.picks_up(offer)

    offer.leg.refresh_from_db()
    call = me(jane)["call"]
    assert (call["uuid"], call["phone_call"]) == (offer.leg.uuid, "sdk-17")


@rows
def test_a_wrap_up_names_its_call_and_its_end(world, jane):
    world.available(jane)
    call, offer = world.talks()
    assert me(jane)["wrap_up"] is None
    world.now += timedelta(seconds=60)
    ask(world, "end", call, jane)
    world.event("completed", disconnected_by="platform")
    world.event("completed", offer.leg.uuid, key=offer.leg.key, disconnected_by="platform")

    picture = me(jane)

    call.refresh_from_db()
    assert picture["state"] == "wrap_up"
    assert picture["wrap_up_until"] == world.now + timedelta(seconds=30)
    assert picture["wrap_up"] == {
        "call": call.id,
        "kind": "call",
        "number": None,
        "from": World.CALLER,
        "to": World.MENU,
        "queue": "Sales",
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "hung_up_by": "agent",
        "extendable": True,
        "seconds": 30,
        "outcome_required": False,
        "outcome": None,
        "taken_over_by": None,
    }
    agents.extend_wrap_up(agent_id=jane.id, seconds=30, now=world.now)
    assert me(jane)["wrap_up"]["extendable"] is False
    world.passes(61)
    assert me(jane)["wrap_up"] is None


@rows
def test_a_missed_call_says_whose_it_was_and_how_long_it_rang(world, jane):
    world.available(jane)
    world.waits()
    world.route()
    offer = world.offer()
    offers.see(offer_id=offer.id, agent_id=jane.id, now=world.now)
    world.now += timedelta(seconds=20)
    world.ends(offer, "timeout")

    picture = me(jane)

    assert (picture["state"], picture["missed"]) == (
        "missed",
        {
            "kind": "call",
            "number": None,
            "by": None,
            "from": World.CALLER,
            "queue": "Sales",
            "rang_seconds": 20,
            "at": world.now,
        },
    )
    world.available(jane)
    assert me(jane)["missed"] is None


@rows
def test_the_pictures_of_many_take_no_more_looks_than_that_of_one(
    world, jane, joe, django_assert_max_num_queries
):
    world.available(jane, joe)
    world.talks()
    world.waits("b" * 32)
    world.route()

    with django_assert_max_num_queries(12):  # five of them for who else is in the call
        assert len(own_pictures([jane, joe], now=world.now)) == 2


@sockets
async def test_what_a_colleague_does_is_told_in_one_small_row(world, consoles, jane, joe):
    await run(StateReason.objects.create, code="lunch", label="Lunch")
    socket, _ = await consoles(jane.user)
    now = timezone.now().replace(microsecond=0)

    await run(
        agents.choose, agent_id=joe.id, state="on_break", reason="lunch", actor="joe", now=now
    )
    hub.look()
    frame = await socket.receive_from()

    assert len(frame) <= 250
    assert frame == (
        '{"type":"delta","version":2,"changes":{"people":['
        f'{{"id":{joe.id},"name":"Joe","state":"on_break","reason":"Lunch","since":"{stamp(now)}","call":null,"idle_since":null}}'
        "]}}"
    )


@sockets
async def test_a_waiting_caller_is_told_in_one_small_row(world, consoles, jane, sales):
    socket, _ = await consoles(jane.user)

    call = await run(world.waits)
    text = await socket.receive_from()

    assert len(text) <= 250
    assert '"waiting":1,"longest_wait_s":' in text
    assert f'"oldest_at":"{call.enqueued_at:%Y-%m-%dT%H:%M:%S}' in text


@sockets
async def test_a_wait_that_grows_is_nothing_new(world, consoles, jane, sales, monkeypatch):
    await run(world.waits)
    socket, _ = await consoles(jane.user)
    later = SimpleNamespace(now=lambda: timezone.now() + timedelta(minutes=1))
    monkeypatch.setattr("calls.consumers.hub.timezone", later)

    await run(broadcast.announce, queues=[sales.id])

    assert await socket.receive_nothing()


@sockets
async def test_what_an_agent_does_shows_in_every_queue_they_serve(
    world, consoles, jane, joe, sales
):
    support = await run(Queue.objects.create, name="Support")
    await run(support.agents.add, jane, joe)
    await run(world.available, joe)
    socket, _ = await consoles(jane.user)
    await run(world.waits)
    assert (await socket.frame())["changes"].keys() == {"queues"}

    await run(world.route)

    changes = (await socket.frame())["changes"]
    assert [row["state"] for row in changes["people"]] == ["offered"]
    assert {row["name"]: row["agents_available"] for row in changes["queues"]} == {
        "Sales": 0,
        "Support": 0,
    }


@sockets
async def test_people_of_other_queues_are_strangers(world, consoles, jane, joe, sales):
    await run(sales.agents.remove, joe)
    socket, snapshot = await consoles(jane.user)

    await run(world.available, joe)
    await run(broadcast.announce, agents=[joe.id], queues=[sales.id])

    assert snapshot["people"] == []
    assert await socket.receive_nothing()


@sockets
async def test_who_begins_to_serve_a_queue_is_shown_with_a_new_snapshot(
    world, consoles, jane, sales
):
    socket, before = await consoles(jane.user)
    kim = await run(new_agent, "kim")
    await run(sales.agents.add, kim)

    hub.look()

    again = await socket.frame()
    assert again["type"] == "snapshot"
    names = [{row["name"] for row in frame["people"]} for frame in (before, again)]
    assert names == [{"Joe"}, {"Joe", "kim"}]


def new_agent(name):
    user = User.objects.create(username=name)
    return Agent.objects.create(user=user, vonage_user=name)
