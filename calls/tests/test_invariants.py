"""What must always hold: each sentence is true of a floor at work, and is seen when it is not."""

from datetime import timedelta

import pytest

from agents.models import Agent, AgentState
from calls import selectors
from calls.models import Call, CallEvent, Instruction, Leg, Offer, Queue, QueueEntry
from calls.tests.leaving import offers_ways, wants_callback

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def broken(world):
    """The names of the invariants that are broken now."""

    def look():
        found = selectors.violations(now=world.now)
        return {name for name, violations in found.items() if violations}

    return look


@pytest.fixture
def talk(world, jane):
    """A caller talks with Jane."""
    world.available(jane)
    call, _ = world.talks()
    world.event("answered")
    return call


def test_everything_holds_on_an_empty_floor(broken):
    assert broken() == set()


def test_everything_holds_while_somebody_waits_is_rung_talks_and_has_gone(world, jane, broken):
    world.waits()
    assert broken() == set()
    world.available(jane)
    world.route()
    assert broken() == set()
    world.picks_up(world.offer())
    assert broken() == set()
    world.event("completed", disconnected_by="user")
    world.route()

    assert broken() == set()


def test_a_call_that_waits_in_no_queue_is_seen(world, broken):
    world.waits()
    QueueEntry.objects.update(left_at=world.now, outcome="abandoned")

    assert broken() == {"one_place"}


def test_a_call_that_rings_for_nobody_is_seen(world, jane, broken):
    world.available(jane)
    world.waits()
    world.route()
    Offer.objects.update(state="missed")

    assert broken() == {"one_place", "held_by_rows"}


def test_an_agent_who_is_busy_without_a_leg_is_seen(talk, broken):
    Leg.objects.filter(kind="agent").update(state="ended")

    assert broken() == {"held_by_rows"}


def test_a_wrap_up_without_an_end_is_seen(world, talk, jane, broken):
    world.event("completed", disconnected_by="user")
    leg = Leg.objects.get(kind="agent")
    world.event("completed", leg.uuid, key=leg.key, disconnected_by="platform")
    assert broken() == set()
    Agent.objects.update(wrap_up_until=None)

    assert broken() == {"held_by_rows"}


def test_a_call_in_which_nobody_is_any_more_is_seen_after_a_minute(world, talk, broken):
    Leg.objects.update(state="ended", news_at=world.now)
    world.now += timedelta(seconds=59)
    assert "calls_end" not in broken()
    world.now += timedelta(seconds=2)

    assert "calls_end" in broken()


def test_a_place_that_has_moved_is_seen(world, broken):
    world.waits()
    QueueEntry.objects.update(enqueued_at=world.now - timedelta(seconds=1))

    assert broken() == {"places_kept"}


def test_a_row_that_its_log_does_not_tell_is_seen(talk, broken):
    Call.objects.update(answered_at=None)

    assert broken() == {"rows_are_log"}


def test_an_event_that_is_missing_from_the_log_is_seen(talk, broken):
    CallEvent.objects.filter(version=2).delete()

    assert broken() == {"rows_are_log"}


def test_an_idle_agent_beside_a_waiting_call_is_seen_after_a_moment(world, jane, broken):
    world.waits()
    world.available(jane)
    world.now += timedelta(seconds=4)
    assert broken() == set()
    world.now += timedelta(seconds=2)

    assert broken() == {"nobody_idle"}


def test_a_caller_who_waits_again_has_a_moment_to_be_given_to_somebody(world, jane, joe, broken):
    world.available(jane)
    _, offer = world.talks()
    world.available(joe)
    world.now += timedelta(minutes=1)
    leg = offer.leg
    world.event("completed", leg.uuid, key=leg.key, disconnected_by="platform")
    world.send()
    world.now += timedelta(seconds=4)
    assert broken() == set()
    world.now += timedelta(seconds=2)

    assert broken() == {"nobody_idle"}


def test_an_agent_who_comes_back_has_a_moment_to_be_given_a_call(world, jane, broken):
    world.available(jane)
    _, offer = world.talks()
    leg = offer.leg
    world.event("completed", leg.uuid, key=leg.key, disconnected_by="platform")
    world.send()
    world.now += timedelta(minutes=1)
    world.available(jane)
    world.now += timedelta(seconds=4)
    assert broken() == set()
    world.now += timedelta(seconds=2)

    assert broken() == {"nobody_idle"}


@pytest.fixture
def callback(world, sales):
    """A caller of Sales who is to be called back, and whom Jane could have been given."""
    offers_ways(sales)
    call = wants_callback(world)
    world.now += timedelta(minutes=2)
    return call


def test_an_idle_agent_beside_a_callback_that_is_due_is_seen(world, jane, callback, broken):
    world.available(jane)
    world.now += timedelta(seconds=6)

    assert broken() == {"nobody_idle"}


def test_a_callback_of_a_closed_queue_keeps_nobody_from_work(world, jane, callback, broken):
    Queue.objects.update(is_emergency_closed=True)
    world.available(jane)
    world.now += timedelta(seconds=6)

    assert broken() == set()


def test_a_callback_that_comes_due_has_a_moment_to_be_given_to_somebody(
    world, jane, callback, broken
):
    world.available(jane)
    world.now += timedelta(minutes=1)
    QueueEntry.objects.update(retry_at=world.now - timedelta(seconds=4))
    assert broken() == set()
    world.now += timedelta(seconds=2)

    assert broken() == {"nobody_idle"}


def test_a_gap_in_the_time_of_an_agent_is_seen(world, jane, broken):
    world.available(jane)
    AgentState.objects.filter(ended_at=None).update(started_at=world.now + timedelta(seconds=1))

    assert broken() == {"time_adds_up"}


def test_a_leg_that_was_dialled_twice_is_seen(talk, broken):
    dial = Instruction.objects.get(verb="dial")
    dial.pk = None
    dial.save()

    assert broken() == {"dialled_once"}


@pytest.mark.parametrize(
    ("model", "column", "state"),
    [(Offer, "ring_until", "offered"), (QueueEntry, "give_up_at", "queued")],
)
def test_a_deadline_that_nobody_kept_is_seen(world, jane, broken, model, column, state):
    if state == "offered":
        world.available(jane)
    world.waits()
    world.route()
    model.objects.update(**{column: world.now - timedelta(seconds=61)})

    assert "deadlines" in broken()


def test_a_violation_says_which_row_and_what_is_wrong(world):
    call = world.waits()
    QueueEntry.objects.update(enqueued_at=world.now - timedelta(seconds=1))

    (found,) = selectors.violations(now=world.now)["places_kept"]

    assert (found.model, found.id, found.words) == (
        "call",
        call.id,
        "its place in the queue has moved",
    )
