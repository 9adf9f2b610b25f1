"""An agent's own day: time in states, calls and offers since midnight."""

from datetime import UTC, datetime, timedelta

import pytest

from agents import services as agents
from agents.models import AgentState
from calls import selectors
from calls.models import Disposition
from calls.services import budget, handling, offers
from calls.tests.asking import ask
from calls.tests.doors import error
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]

TEN = datetime(2026, 11, 20, 10, tzinfo=UTC)


def day(agent, *, at):
    return selectors.day(agent_id=agent.id, now=at)


def states(agent, *, at):
    found = day(agent, at=at)
    return {one["state"]: one["seconds"] for one in found["states"]}


def interval(agent, state, start, end=None):
    AgentState.objects.create(agent=agent, state=state, started_at=start, ended_at=end)


def hours(number, *, of=TEN):
    return of.replace(hour=0) + timedelta(hours=number)


def talk(world, agent, *, seconds, uuid=World.UUID):
    """A call that the agent ends after these seconds, and a wrap-up of thirty."""
    world.available(agent)
    call, offer = world.talks(uuid)
    world.now += timedelta(seconds=seconds)
    ask(world, "end", call, agent)
    world.event("completed", uuid, disconnected_by="platform")
    world.event("completed", offer.leg.uuid, key=offer.leg.key, disconnected_by="platform")
    world.send()
    return call


def test_a_day_without_a_log_in_is_empty(jane):
    assert day(jane, at=TEN) == {
        "since": hours(0),
        "signed_in_s": 0,
        "calls": 0,
        "talk_s": None,
        "wrap_up_s": None,
        "handle_s": None,
        "offers": 0,
        "accepted": 0,
        "missed": 0,
        "declined": 0,
        "failed": 0,
        "occupancy": None,
        "states": [],
        "last_calls": [],
    }


def test_a_day_begins_with_the_first_log_in_and_its_states_fill_it(jane):
    interval(jane, "offline", hours(-15), hours(8))
    interval(jane, "available", hours(8), hours(9))
    interval(jane, "offline", hours(9), hours(9.5))
    interval(jane, "on_break", hours(9.5))

    found = day(jane, at=TEN)

    assert found["since"] == hours(8)
    assert found["signed_in_s"] == 1.5 * 3600
    assert states(jane, at=TEN) == {"available": 3600, "offline": 1800, "on_break": 1800}


def test_who_works_through_midnight_begins_the_day_there(jane):
    interval(jane, "available", hours(-1), hours(1))
    interval(jane, "on_break", hours(1))

    assert day(jane, at=hours(2))["since"] == hours(0)
    assert states(jane, at=hours(2)) == {"available": 3600, "on_break": 3600}


def test_midnight_is_where_the_settings_say(jane, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    interval(jane, "available", hours(-1))

    found = day(jane, at=TEN)

    assert (found["since"], found["signed_in_s"]) == (hours(-1), 11 * 3600)
    assert day(jane, at=hours(15.5))["since"] == hours(15)


@pytest.mark.parametrize(
    ("last_second", "length"),
    [
        (datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC), 23),
        (datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC), 25),
    ],
)
def test_days_on_which_the_clock_changes_are_as_long_as_they_are(
    jane, settings, last_second, length
):
    settings.TIME_ZONE = "Europe/London"
    interval(jane, "available", datetime(2026, 1, 1, tzinfo=UTC))

    assert day(jane, at=last_second)["signed_in_s"] == length * 3600 - 1


def test_calls_and_wrap_ups_are_averaged(world, jane):
    talk(world, jane, seconds=60, uuid="a" * 32)
    world.passes(30)
    talk(world, jane, seconds=120, uuid="b" * 32)
    world.passes(31)

    found = day(jane, at=world.now)

    assert (found["calls"], found["offers"], found["accepted"]) == (2, 2, 2)
    assert (found["talk_s"], found["wrap_up_s"], found["handle_s"]) == (90, 30, 120)


def test_what_still_runs_counts_up_to_now(world, jane):
    world.available(jane)
    world.talks()

    found = day(jane, at=world.now + timedelta(seconds=40))

    assert (found["talk_s"], found["handle_s"], found["calls"]) == (40, 40, 1)


def test_occupancy_leaves_breaks_out(jane):
    interval(jane, "available", hours(8), hours(8.5))
    interval(jane, "offered", hours(8.5), hours(8.6))
    interval(jane, "busy", hours(8.6), hours(8.9))
    interval(jane, "wrap_up", hours(8.9), hours(9))
    interval(jane, "on_break", hours(9))

    assert day(jane, at=TEN)["occupancy"] == 0.5


def test_every_offer_counts_for_what_became_of_it(world, jane):
    world.available(jane)
    world.waits()
    world.route()
    first = world.offer()
    offers.see(offer_id=first.id, agent_id=jane.id, now=world.now)
    world.ends(first, "rejected")
    world.passes(11)
    world.ends(world.offer(), "busy")
    world.passes(11)
    last = world.offer()
    offers.see(offer_id=last.id, agent_id=jane.id, now=world.now)
    world.now += timedelta(seconds=20)
    world.ends(last, "timeout")

    found = day(jane, at=world.now)

    outcomes = {name: found[name] for name in ("accepted", "missed", "declined", "failed")}
    assert outcomes == {"accepted": 0, "missed": 1, "declined": 1, "failed": 1}
    assert found["offers"] == 3
    assert [(one["outcome"], one["missed"]) for one in found["last_calls"]] == [
        ("Missed, 20 s", True),
        ("The device refused", False),
        ("Declined", False),
    ]


def test_an_offer_that_was_withdrawn_is_held_against_nobody(world, jane):
    world.available(jane)
    world.waits()
    world.route()
    world.event("completed", disconnected_by="user")

    found = day(jane, at=world.now)

    assert (found["offers"], found["last_calls"]) == (0, [])


def test_offers_of_yesterday_do_not_count_but_are_among_the_last_calls(world, jane):
    talk(world, jane, seconds=60)

    found = day(jane, at=world.now + timedelta(days=1))

    assert (found["offers"], found["calls"], len(found["last_calls"])) == (0, 0, 1)


@pytest.mark.parametrize("is_over", [False, True])
def test_a_call_that_lasts_past_midnight_counts_on_both_days(world, jane, is_over):
    world.now = hours(23.75)
    budget.prepare(now=world.now)
    world.available(jane)
    _, offer = world.talks()
    before = day(jane, at=hours(24) - timedelta(seconds=1))
    world.now = hours(24.5)
    if is_over:
        world.event("completed", disconnected_by="user")
        world.send()
        world.event("completed", offer.leg.uuid, key=offer.leg.key, disconnected_by="platform")

    found = day(jane, at=world.now)

    assert (before["calls"], found["calls"], found["accepted"]) == (1, 1, 1)
    assert found["talk_s"] == found["handle_s"] == pytest.approx(45 * 60, abs=1)
    assert states(jane, at=world.now)["busy"] == 30 * 60


def test_a_last_call_says_how_it_turned_out_and_who_ended_it(world, jane, sales):
    sold = Disposition.objects.create(label="Sold")
    sales.dispositions.add(sold)
    first = talk(world, jane, seconds=60, uuid="a" * 32)
    handling.dispose(call_id=first.id, agent_id=jane.id, disposition_id=sold.id, now=world.now)
    world.passes(31)
    world.available(jane)
    second, _ = world.talks("b" * 32)
    running = day(jane, at=world.now + timedelta(seconds=5))["last_calls"][0]
    world.event("completed", "b" * 32, disconnected_by="user")
    world.send()
    leg = second.legs.get(agent=jane)
    world.event("completed", leg.uuid, key=leg.key, disconnected_by="platform")

    last = day(jane, at=world.now)["last_calls"]

    assert (running["outcome"], running["talk_s"], running["ended_by"]) == (
        "In this call now",
        5,
        None,
    )
    assert [(one["id"], one["outcome"], one["ended_by"]) for one in last] == [
        (second.id, "No outcome yet", "caller"),
        (first.id, "Sold", "me"),
    ]
    assert last[1] | {"at": None} == {
        "id": first.id,
        "at": None,
        "direction": "inbound",
        "kind": "call",
        "number": World.CALLER,
        "queue": "Sales",
        "talk_s": 60,
        "outcome": "Sold",
        "ended_by": "me",
        "missed": False,
    }


def test_only_the_seven_newest_are_shown_in_as_many_looks_as_one(
    world, jane, django_assert_num_queries
):
    for number in range(8):
        last = talk(world, jane, seconds=1, uuid=f"{number:032}")
        world.passes(31)

    with django_assert_num_queries(4):
        found = day(jane, at=world.now)

    assert len(found["last_calls"]) == 7
    assert found["last_calls"][0]["id"] == last.id


def test_everybody_sees_their_own_day(world, browser, jane, joe, ada):
    talk(world, jane, seconds=60)

    mine, theirs = (browser(one.user).get("/api/agents/me/day").json() for one in (jane, joe))

    assert (len(mine["last_calls"]), theirs["last_calls"]) == (1, [])
    assert error(browser(ada).get("/api/agents/me/day")) == (403, "not_allowed")


def test_an_interval_of_less_than_a_second_is_not_shown(jane):
    interval(jane, "available", hours(8), hours(8) + timedelta(milliseconds=500))
    interval(jane, "on_break", hours(8) + timedelta(milliseconds=500))

    assert states(jane, at=hours(9)).keys() == {"on_break"}


def test_the_first_choice_of_a_new_agent_is_their_first_log_in(jane):
    agents.choose(agent_id=jane.id, state="available", reason="", actor="jane", now=TEN)

    assert day(jane, at=TEN + timedelta(seconds=5))["since"] == TEN
