"""What should never happen is put right by the router, and kept with what was found."""

from datetime import timedelta

import pytest

from agents.models import Agent, AgentState
from calls.models import Call, Healing, InvariantCheck, Leg, Offer
from calls.router import rounds

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def heal(world):
    def run(after=6.0):
        world.now += timedelta(seconds=after)
        rounds.heal(now=world.now, started_at=world.now)

    return run


def state_of(agent):
    return AgentState.objects.get(agent=agent, ended_at=None).state


def test_an_agent_who_is_busy_without_a_leg_is_freed_within_seconds(world, jane, heal):
    world.available(jane)
    world.talks()
    Leg.objects.filter(kind="agent").update(state="ended")

    heal()

    assert state_of(jane) == "available"
    assert Healing.objects.get(kind="stuck_agent").words == (
        "Jane was busy, held by nothing: freed."
    )


def test_an_agent_who_is_offered_without_an_offer_is_freed(world, jane, heal):
    world.available(jane)
    world.waits()
    world.route()
    Offer.objects.update(state="failed")

    heal()

    assert state_of(jane) == "available"


def test_a_wrap_up_without_an_end_is_ended(world, jane, heal):
    world.available(jane)
    world.talks()
    world.event("completed", disconnected_by="user")
    leg = Leg.objects.get(kind="agent")
    world.event("completed", leg.uuid, key=leg.key, disconnected_by="platform")
    Agent.objects.update(wrap_up_until=None)

    heal()

    assert state_of(jane) == "available"


def test_an_agent_who_talks_is_left_alone(world, jane, heal):
    world.available(jane)
    world.talks()

    heal()

    assert state_of(jane) == "busy"
    assert not Healing.objects.exists()


def test_a_call_in_which_nobody_is_any_more_is_ended_after_a_minute(world, heal):
    call = world.waits()
    Leg.objects.update(state="ended", news_at=world.now)

    heal(after=50)
    assert Call.objects.get().state == "queued"
    heal(after=11)

    assert Call.objects.get().state == "ended"
    assert Healing.objects.get(kind="orphaned_call").call == call


def test_an_offer_for_a_call_that_is_not_offered_is_withdrawn(world, jane, heal):
    world.available(jane)
    world.waits()
    world.route()
    Call.objects.update(state="queued")

    heal()

    assert Offer.objects.get().state == "rescinded"
    assert state_of(jane) == "available"
    assert world.sent("PUT", "hangup") == []
    assert Healing.objects.get().kind == "stray_offer"


@pytest.mark.parametrize("answer", [200, 404])
def test_the_end_of_a_leg_that_nobody_told_us_is_found_by_asking(world, heal, answer):
    call = world.waits()
    world.transport.answers = lambda method, path: answer
    world.transport.found = {"uuid": world.UUID, "status": "completed"}

    heal(after=301)
    world.send()

    assert Call.objects.get().state == "ended"
    healing = Healing.objects.get(kind="lost_end")
    assert healing.call == call
    assert healing.words == (
        "Nobody had told us that the customer leg had ended: found by asking Vonage."
    )


def test_a_leg_that_was_asked_about_and_lives_was_not_healed(world, heal):
    world.waits()
    world.transport.answers = lambda method, path: 200
    world.transport.found = {"uuid": world.UUID, "status": "answered"}

    heal(after=301)
    world.send()

    assert Leg.objects.get().checked_at == world.now
    assert not Healing.objects.exists()


def test_the_invariants_are_looked_at_every_ten_seconds_by_one_router(world, heal):
    heal(after=0)
    first = set(InvariantCheck.objects.values_list("checked_at", flat=True))
    heal(after=5)
    assert set(InvariantCheck.objects.values_list("checked_at", flat=True)) == first
    heal(after=6)

    assert set(InvariantCheck.objects.values_list("checked_at", flat=True)) == {world.now}


def test_what_is_broken_is_kept_with_examples_and_since_when(world, heal):
    heal(after=0)
    call = world.waits()
    Call.objects.update(to_number="1", answered_at=world.now)
    heal(after=11)
    since = world.now
    heal(after=11)

    check = InvariantCheck.objects.get(name="rows_are_log")

    assert (check.violations, check.broken_since) == (1, since)
    assert check.examples == [
        {"model": "call", "id": call.id, "words": "its log says otherwise of answered_at"}
    ]


def test_what_holds_again_is_no_longer_broken(world, heal):
    world.waits()
    Call.objects.update(answered_at=world.now)
    heal(after=11)
    Call.objects.update(answered_at=None)
    heal(after=11)

    check = InvariantCheck.objects.get(name="rows_are_log")

    assert (check.violations, check.broken_since, check.examples) == (0, None, [])
