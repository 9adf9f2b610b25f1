"""What an agent is told of a callback while it is offered, and of its call ever after."""

from datetime import timedelta

import pytest

from calls import selectors
from calls.models import Disposition, Queue
from calls.services import presence
from calls.tests.leaving import (
    asked,
    dialled,
    fresh,
    hangs_up,
    is_not_reached,
    offers_ways,
    picks_up,
    press,
    rings,
)
from calls.tests.leftovers import a_call
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]
ELSEWHERE = "442079460123"


@pytest.fixture(autouse=True)
def required(world, sales):
    """Sales calls back, and requires an outcome."""
    offers_ways(sales)
    sales.dispositions.add(Disposition.objects.create(label="Sold"))
    Queue.objects.filter(id=sales.id).update(is_disposition_required=True)


@pytest.fixture
def offer(world, jane):
    """Jane is rung for a caller who wants to be called at another number."""
    _, question = asked(world)
    typing = press(world, press(world, question, "1"), "2")
    press(world, press(world, typing, ELSEWHERE), "1")
    hangs_up(world)
    return rings(world, jane)


def me(world, agent):
    return selectors.me(agent_id=agent.id, now=world.now)


def talks_and_ends(world, offer):
    _, leg = dialled(world, offer)
    picks_up(world, leg)
    world.now += timedelta(seconds=5)
    world.event("completed", fresh(leg).uuid, key=leg.key, disconnected_by="user")
    world.send()
    world.event("completed", fresh(offer.leg).uuid, key=offer.leg.key, disconnected_by="platform")


def is_in_vain(world, offer):
    _, leg = dialled(world, offer)
    world.now += timedelta(seconds=5)
    is_not_reached(world, leg)
    world.event("completed", fresh(offer.leg).uuid, key=offer.leg.key, disconnected_by="platform")


def test_a_callback_that_reached_nobody_asks_for_no_outcome(world, jane, offer):
    is_in_vain(world, offer)

    assert (me(world, jane)["state"], me(world, jane)["outcomes"]) == ("available", 0)
    assert selectors.todo(jane.user, now=world.now)["outcomes"] == []
    [last] = selectors.day(agent_id=jane.id, now=world.now)["last_calls"]
    assert (last["outcome"], last["talk_s"], last["ended_by"]) == ("Not reached", None, None)


def test_the_try_that_reached_them_asks_for_an_outcome_and_the_one_before_does_not(
    world, jane, joe, offer
):
    is_in_vain(world, offer)
    presence.choose(agent_id=jane.id, state="offline", reason="", actor="jane", now=world.now)
    world.passes(900)

    talks_and_ends(world, rings(world, joe))
    world.passes(60)

    assert (me(world, jane)["outcomes"], me(world, joe)["outcomes"]) == (0, 1)


def test_the_number_that_was_called_stays_with_the_call(world, jane, offer):
    talks_and_ends(world, offer)

    wrap_up = me(world, jane)["wrap_up"]
    assert (wrap_up["kind"], wrap_up["number"]) == ("callback", ELSEWHERE)
    world.passes(60)
    [missing] = selectors.todo(jane.user, now=world.now)["outcomes"]
    [last] = selectors.day(agent_id=jane.id, now=world.now)["last_calls"]
    assert missing["number"] == ELSEWHERE
    assert (last["kind"], last["number"]) == ("callback", ELSEWHERE)


def test_a_missed_callback_says_whom_it_was_to_call(world, jane, offer):
    world.now += timedelta(seconds=20)
    world.event("ringing", fresh(offer.leg).uuid, key=offer.leg.key)
    type(offer).objects.filter(id=offer.id).update(seen_at=world.now)
    world.ends(offer, "timeout")

    missed = me(world, jane)["missed"]

    assert (missed["kind"], missed["number"], missed["from"]) == (
        "callback",
        ELSEWHERE,
        World.CALLER,
    )


def test_the_card_of_a_callback_finds_earlier_calls_from_either_number(world, jane, offer):
    before = [
        a_call(world.now - timedelta(days=day), number=number)
        for day, number in enumerate((World.CALLER, ELSEWHERE, "447700900999"), start=1)
    ]

    card = selectors.card(call_id=offer.call_id, agent_id=jane.id, now=world.now)

    assert (card["kind"], card["number"], card["from"]) == ("callback", ELSEWHERE, World.CALLER)
    assert [one["id"] for one in card["earlier"]] == [before[0].id, before[1].id]


def test_who_waits_longest_is_told_by_what_the_router_goes_by(world, jane, joe):
    world.available(jane)
    since = me(world, jane)["idle_since"]
    world.waits()
    world.route()
    offered = me(world, jane)["idle_since"]
    world.ends(world.offer(), "rejected")

    rows = selectors.pictures(
        agent_ids=[], queue_ids=[], people=[jane.id, joe.id], now=world.now
    ).people

    assert (me(world, jane)["state"], offered) == ("available", None)
    assert since == me(world, jane)["idle_since"] == rows[jane.id]["idle_since"]
    assert rows[jane.id]["since"] > since
    assert rows[joe.id]["idle_since"] is None
