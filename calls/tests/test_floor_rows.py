"""The rows of the floor: who waits and who is next, what agents do, how the day goes."""

from datetime import timedelta

import pytest

from agents.models import AgentSkill, AgentState, Skill, StateReason, Team, User
from calls.figures import Figures
from calls.models import Queue, Requirement
from calls.selectors import board
from calls.selectors.board.queues import facts, standing
from calls.tests.asking import ask
from calls.tests.floors import by
from ivr.models import Schedule

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def whole(world, user):
    """The floor as this user sees it now."""
    known = board.read(now=world.now)
    floor = board.floor_of(known, now=world.now)
    viewer = board.viewer(user)
    view = board.view_of(board.Scopes(known).of_viewer(viewer), viewer.asker, floor)
    return board.whole(view, floor)


@pytest.mark.parametrize(
    ("today", "waited", "found"),
    [
        (Figures(), None, "ok"),
        (Figures(), 15, "ok"),
        (Figures(), 16, "near"),
        (Figures(), 21, "over"),
        (Figures(answered=9, in_time=0), None, "ok"),
        (Figures(answered=100, in_time=79), None, "over"),
        (Figures(answered=100, in_time=80), None, "near"),
        (Figures(answered=100, in_time=85), None, "ok"),
    ],
)
def test_how_a_queue_stands_against_its_target(world, sales, today, waited, found):
    queue = facts(now=world.now)[sales.id]
    longest = None if waited is None else world.now - timedelta(seconds=waited)

    assert standing(queue, today, longest, world.now) == found


def test_an_idle_agent_who_may_take_the_call_is_next_and_it_says_why(world, ada, jane, joe):
    world.waits()
    world.available(joe, jane)

    [row] = whole(world, ada)["waiting"]

    assert [one["name"] for one in row["candidates"]] == ["Joe", "Jane"]
    assert row["why"] == "Joe is next. Longest available with Sales."


def test_while_all_are_busy_those_who_are_free_soonest_are_named(world, ada, jane, joe):
    world.available(jane)
    world.talks()
    world.available(joe)
    AgentState.objects.filter(agent=joe, ended_at=None).update(state="wrap_up")
    world.waits("second")

    [row] = whole(world, ada)["waiting"]

    assert [one["name"] for one in row["candidates"]] == ["Joe", "Jane"]
    assert row["why"] == "Nobody is free: 1 in a call, 1 in wrap-up."


def test_a_free_agent_without_the_skill_is_said_to_lack_it(world, ada, jane, sales):
    french = Skill.objects.create(name="French")
    Requirement.objects.create(queue=sales, skill=french, level=3)
    AgentSkill.objects.create(agent=jane, skill=french, level=1)
    world.waits()
    world.available(jane)

    [row] = whole(world, ada)["waiting"]

    assert (row["candidates"], row["why"]) == ([], "1 agent is free, but lacks French 3.")


def test_nobody_at_work_is_said(world, ada):
    world.waits()

    [row] = whole(world, ada)["waiting"]

    assert row["why"] == "Nobody who is signed in may take it."


def test_a_call_that_rings_says_for_whom(world, ada, jane):
    world.available(jane)
    world.waits()
    world.route()

    [row] = whole(world, ada)["waiting"]

    assert (row["offered_to"], row["why"]) == ("Jane", "It rings for Jane.")


def test_a_call_for_one_agent_waits_for_them_by_name(world, ada, jane):
    world.available(jane)
    world.talks()
    world.press(world.answer("second"), "2", "second")

    [row] = whole(world, ada)["waiting"]

    assert (row["queue"], row["why"]) == (None, "It waits for Jane, who is in a call.")


def test_only_the_first_twenty_of_a_queue_are_looked_at(world, ada, jane, monkeypatch):
    monkeypatch.setattr("calls.selectors.board.chances.LOOKED_AT", 1)
    world.available(jane)
    world.waits()
    world.waits("second")

    first, second = whole(world, ada)["waiting"]

    assert (first["position"], second["position"]) == (1, 2)
    assert first["why"]
    assert (second["candidates"], second["why"]) == ([], None)


def test_an_agent_in_a_call_shows_it_and_since_when(world, ada, jane):
    world.available(jane)
    call, _ = world.talks()

    row = by(whole(world, ada)["agents"], "Jane")

    assert (row["call"], row["call_number"], row["call_queue"]) == (call.id, world.CALLER, "Sales")
    assert (row["call_state"], row["kind"], row["state"]) == ("connected", "call", "busy")
    assert row["talk_since"] == world.now


def test_a_break_shows_its_reason_and_its_end(world, ada, jane):
    StateReason.objects.update_or_create(
        code="lunch", defaults={"label": "Lunch", "max_seconds": 600}
    )
    AgentState.objects.create(agent=jane, state="on_break", reason="lunch", started_at=world.now)

    row = by(whole(world, ada)["agents"], "Jane")

    assert (row["reason"], row["reason_label"]) == ("lunch", "Lunch")
    assert row["limit_at"] == world.now + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("until", "found"), [(None, "none"), (15, "ok"), (5, "lost"), (-60, "lost")]
)
def test_whether_a_console_is_there(world, ada, jane, until, found):
    world.available(jane)
    jane.refresh_from_db()
    if until is not None:
        jane.console_until = world.now + timedelta(seconds=until)
        jane.save(update_fields=["console_until"])

    assert by(whole(world, ada)["agents"], "Jane")["connection"] == found


def test_a_caller_in_the_menu_is_a_call_that_nobody_has_yet(world, ada):
    world.answer()

    floor = whole(world, ada)

    assert [(row["state"], row["queue"], row["agents"]) for row in floor["calls"]] == [
        ("in_flow", None, [])
    ]
    assert floor["waiting"] == []


def test_what_another_team_does_is_not_shown(world, ada, jane):
    sam = User.objects.create(username="sam")
    Team.objects.create(name="Night").supervisors.add(sam)
    world.available(jane)
    world.talks()
    world.waits("second")

    floor = whole(world, sam)

    assert [floor[name] for name in ("queues", "waiting", "agents", "calls")] == [[], [], [], []]


def test_the_sums_are_those_of_the_rows(world, ada, jane, joe):
    world.available(jane)
    world.talks()
    world.waits("second")

    totals = whole(world, ada)["totals"]

    assert (totals["waiting"], totals["busy"], totals["offline"]) == (1, 1, 1)
    assert totals["longest_since"] == world.now


def test_what_is_reread_of_a_change_is_what_a_look_finds(world, ada, jane, joe, sales):
    before = board.read(now=world.now)
    world.available(jane, joe)
    world.talks()
    world.waits("second")

    after = board.reread(before, agents=[jane.id, joe.id], queues=[sales.id], now=world.now)

    looked = board.floor_of(board.look_ahead(after, now=world.now), now=world.now)
    assert looked == board.floor_of(board.read(now=world.now), now=world.now)


def test_a_call_that_is_with_a_number_is_of_the_team_that_handed_it_on(world, ada, jane):
    night = User.objects.create(username="sam")
    Team.objects.create(name="Night").supervisors.add(night)
    world.available(jane)
    call, offer = world.talks()
    ask(world, "transfer", call, jane, kind="blind", to={"number": "442079461234"})
    world.send()
    world.event("completed", offer.leg.uuid, key=offer.leg.key, disconnected_by="platform")

    assert [row["id"] for row in whole(world, ada)["calls"]] == [call.id]
    assert whole(world, night)["calls"] == []


def test_the_floor_is_read_in_a_number_of_queries_that_does_not_grow(
    world, ada, jane, joe, django_assert_max_num_queries
):
    world.available(jane, joe)
    world.talks()
    for number in range(3):
        world.waits(f"waits-{number}")
        schedule = Schedule.objects.create(name=f"Hours {number}")
        Queue.objects.create(name=f"Queue {number}", schedule=schedule).agents.add(jane)

    with django_assert_max_num_queries(22):
        board.read(now=world.now)
