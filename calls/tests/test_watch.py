"""After a time in which nobody could be heard, no console is called gone too early."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from agents import services as agents
from agents.models import AgentState
from calls import selectors
from calls.models import Offer
from calls.router.loop import Router

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def router(world):
    """It has looked on for a minute."""
    router = Router(clock=lambda: world.now)
    looks_on(router, world, 60)
    return router


@pytest.fixture
def offer(world, jane, router):
    """It rings at Jane's console."""
    world.available(jane)
    agents.beat(agent_id=jane.id, now=world.now)
    world.waits()
    world.route()
    return world.offer()


def looks_on(router, world, seconds):
    for _ in range(seconds):
        world.now += timedelta(seconds=1)
        router.round()


def state_of(agent):
    return AgentState.objects.get(agent=agent, ended_at=None).state


def test_a_console_that_falls_silent_is_gone_with_its_lease(world, jane, router, offer):
    looks_on(router, world, 16)

    offer.refresh_from_db()
    assert (offer.state, offer.cause) == ("failed", "unreachable")
    assert state_of(jane) == "offline"


def test_after_a_break_every_console_has_a_lease_to_be_heard_again(world, jane, router, offer):
    world.now += timedelta(seconds=18)
    router.round()
    looks_on(router, world, 1)
    assert Offer.objects.get().state == "pending"

    agents.beat(agent_id=jane.id, now=world.now)
    looks_on(router, world, 14)

    assert Offer.objects.filter(cause="unreachable").count() == 0


def test_who_is_still_silent_after_that_is_gone(world, jane, router):
    world.available(jane)
    agents.beat(agent_id=jane.id, now=world.now)
    world.now += timedelta(seconds=20)

    looks_on(router, world, 15)
    assert state_of(jane) == "available"
    looks_on(router, world, 1)

    assert state_of(jane) == "offline"


def test_rounds_that_stumble_are_a_break_too(world, jane, router, monkeypatch):
    world.available(jane)
    agents.beat(agent_id=jane.id, now=world.now)

    def fails(**_):
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(selectors, "due", fails)
        for _ in range(20):
            world.now += timedelta(seconds=1)
            with pytest.raises(OperationalError):
                router.round()
    looks_on(router, world, 2)

    assert state_of(jane) == "available"


def test_a_router_that_has_just_started_calls_nobody_gone(world, jane):
    world.available(jane)
    agents.beat(agent_id=jane.id, now=world.now)
    world.now += timedelta(seconds=20)

    looks_on(Router(clock=lambda: world.now), world, 14)

    assert state_of(jane) == "available"
