"""The figures of queues: of the day, of the last half hour, and by what they are counted."""

from datetime import UTC, datetime, timedelta

import pytest

from calls import days
from calls.figures import Figures
from calls.models import Callback, Queue, QueueEntry
from calls.tests.test_floor_rows import whole

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def test_the_service_level_is_that_of_the_worked_example():
    example = Figures(entered=1060, answered=1000, in_time=860, abandoned=50, short=10)

    assert example.service_level == 81  # 81.9, rounded down: never better than it is


def test_without_a_call_there_is_no_service_level():
    assert Figures(entered=3, short=3).service_level is None


def left(world, call, outcome, *, waited=10, ago=60, **more):
    """A wait that began so many seconds ago."""
    began = world.now - timedelta(seconds=ago)
    until = began + timedelta(seconds=waited)
    return QueueEntry.objects.create(
        call=call,
        queue=Queue.objects.get(name="Sales"),
        enqueued_at=began,
        answered_at=until if outcome == "answered" and "is_virtual" not in more else None,
        left_at=until,
        outcome=outcome,
        give_up_at=began,
        offer_seconds=20,
        wrap_up_seconds=30,
        **more,
    )


def test_the_day_of_a_queue_counts_each_wait_once_and_begins_at_midnight(world, ada):
    call = world.waits()
    for waited in (10, 20, 21):
        left(world, call, "answered", waited=waited)
    left(world, call, "abandoned", waited=40)
    left(world, call, "short_abandoned", waited=2)
    left(world, call, "overflowed", waited=40)
    left(world, call, "answered", is_virtual=True)
    left(world, call, "answered", ago=11 * 3600)
    left(world, call, "answered", ago=11 * 3600, waited=11 * 3600 - 60)

    [row] = whole(world, ada)["queues"]

    assert (row["answered_today"], row["abandoned_today"], row["service_level"]) == (3, 1, 50)
    assert (row["waiting"], row["offered_today"]) == (1, 7)


def test_who_was_answered_in_time_stays_so_when_the_agent_is_lost(world, ada, sales, jane):
    world.available(jane)
    _, offer = world.talks()
    world.now += timedelta(minutes=5)

    world.event("completed", offer.leg.uuid, key=offer.leg.key, disconnected_by="platform")

    [row] = whole(world, ada)["queues"]
    assert (row["waiting"], row["offered_today"], row["answered_today"]) == (1, 1, 1)
    assert row["service_level"] == 100


def test_who_asks_for_a_callback_after_that_was_answered_all_the_same(world, ada, sales, jane):
    world.available(jane)
    call, _ = world.talks()
    QueueEntry.objects.update(left_at=None, outcome="", is_virtual=True)
    Callback.objects.create(call=call, entry=QueueEntry.objects.get(), asked_at=world.now)

    [row] = whole(world, ada)["queues"]

    assert (row["offered_today"], row["answered_today"], row["service_level"]) == (1, 1, 100)


def test_who_came_before_midnight_and_still_waits_is_one_of_yesterdays(world, ada):
    world.now = world.now.replace(hour=23, minute=59)
    world.waits()

    world.now += timedelta(minutes=2)

    [row] = whole(world, ada)["queues"]
    assert (row["waiting"], row["offered_today"]) == (1, 0)


def test_who_waits_to_be_called_back_was_offered_all_the_same(world, ada):
    world.waits()
    QueueEntry.objects.update(is_virtual=True)

    [row] = whole(world, ada)["queues"]

    assert (row["waiting"], row["callbacks"], row["offered_today"]) == (0, 1, 1)


def test_the_last_half_hour_has_a_service_level_of_its_own(world, ada):
    call = world.waits()
    left(world, call, "answered", waited=10, ago=29 * 60)
    left(world, call, "answered", waited=30, ago=29 * 60)
    left(world, call, "abandoned", waited=30, ago=29 * 60)
    left(world, call, "answered", waited=10, ago=31 * 60)

    totals = whole(world, ada)["totals"]

    assert (totals["service_level_30"], totals["service_level"]) == (33, 50)


def test_time_alone_takes_calls_out_of_the_last_half_hour(world, ada):
    call = world.waits()
    left(world, call, "answered", ago=29 * 60)

    world.now += timedelta(minutes=2)

    assert whole(world, ada)["totals"]["service_level_30"] is None


def test_the_last_half_hour_goes_on_across_midnight(world, ada):
    call = world.waits()
    world.now = world.now.replace(hour=0, minute=10)
    left(world, call, "answered", ago=20 * 60)

    totals = whole(world, ada)["totals"]

    assert (totals["service_level_30"], totals["service_level"]) == (100, None)


def test_queues_with_one_target_share_it(world, ada, sales, jane):
    support = Queue.objects.create(name="Support", service_level_seconds=20)
    support.agents.add(jane)

    same = whole(world, ada)["totals"]["target"]
    Queue.objects.filter(id=support.id).update(service_level_seconds=30)

    assert same == {"percent": 80, "seconds": 20}
    assert whole(world, ada)["totals"]["target"] is None


def test_without_a_queue_there_is_no_target(world, ada, sales):
    sales.agents.clear()

    assert whole(world, ada)["totals"]["target"] is None


@pytest.mark.parametrize(
    ("zone", "now", "began"),
    [
        ("Europe/London", "2026-10-25T12:00", "2026-10-24T23:00"),
        ("Europe/London", "2026-03-29T12:00", "2026-03-29T00:00"),
        ("Africa/Cairo", "2026-04-24T12:00", "2026-04-23T22:00"),  # 00:00 does not come
        ("Atlantic/Azores", "2026-10-25T00:30", "2026-10-25T00:00"),
        ("Atlantic/Azores", "2026-10-25T01:30", "2026-10-25T00:00"),  # 00:30 again
        ("Atlantic/Azores", "2026-10-25T12:00", "2026-10-25T00:00"),
    ],
)
def test_a_day_begins_when_its_clocks_first_show_midnight(settings, zone, now, began):
    settings.TIME_ZONE = zone
    now, began = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (now, began))

    assert days.midnight(now).astimezone(UTC) == began


def test_a_call_tells_each_of_its_waits(world, ada, browser):
    call = world.waits()
    left(world, call, "overflowed", waited=20.0001, ago=60)

    first, second = browser(ada).get(f"/api/calls/{call.id}").json()["entries"]

    assert first == {
        "queue": "Sales",
        "kind": "call",
        "enqueued_at": "2026-11-20T09:59:00Z",
        "answered_at": None,
        "ended_at": "2026-11-20T09:59:20.000100Z",
        "outcome": "overflowed",
        "wait_s": 20.001,
    }
    assert (second["outcome"], second["ended_at"], second["wait_s"]) == (None, None, None)
