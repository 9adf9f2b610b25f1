"""What supervisors do on the floor: with callers who wait, with stuck calls, and with agents."""

from datetime import timedelta
from itertools import pairwise
from unittest.mock import patch

import pytest

from agents import services as agents
from agents.models import Agent, StateReason, Team
from calls import selectors
from calls.models import Offer, Queue, QueueEntry, Transfer
from calls.tests.doors import error
from calls.tests.supervising import ask, events, is_hung_up, leaves, state_of

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def support(joe):
    queue = Queue.objects.create(name="Support", offer_seconds=15, wrap_up_seconds=10, priority=2)
    queue.agents.add(joe)
    return queue


@pytest.fixture
def sam(db, cy):
    """A supervisor of another team."""
    Team.objects.create(name="Night").supervisors.add(cy)
    return cy


def put(world, browser, user, agent, **body):
    with patch("django.utils.timezone.now", lambda: world.now):
        return browser(user).put(f"/api/agents/{agent}/state", body, format="json")


def end_wrap_up(world, browser, user, agent):
    with patch("django.utils.timezone.now", lambda: world.now):
        return browser(user).post(f"/api/agents/{agent}/end_wrap_up")


def test_a_waiting_caller_is_moved_to_another_queue_and_hears_nothing_of_it(
    world, browser, ada, support
):
    call = world.waits()
    first = QueueEntry.objects.get()
    room = call.room_name()
    world.now += timedelta(seconds=30)

    reply = ask(world, browser, ada, call, "move", queue="Support")
    world.send()

    assert reply.status_code == 204
    call.refresh_from_db()
    assert (call.state, call.queue, call.room_name()) == ("queued", support, room)
    first.refresh_from_db()
    assert (first.outcome, first.left_at) == ("overflowed", world.now)
    second = QueueEntry.objects.get(left_at=None)
    assert (second.queue, second.enqueued_at, second.offer_seconds) == (support, world.now, 15)
    assert call.first_enqueued_at == first.enqueued_at
    assert world.transport.requests == []
    assert events(call)[-1] == ("moved_by", "ada")


def test_a_moved_caller_is_offered_to_the_agents_of_the_new_queue(
    world, browser, ada, jane, joe, support
):
    call = world.waits()
    ask(world, browser, ada, call, "move", queue="Support")

    world.available(jane, joe)
    world.route()

    assert world.offer().agent == joe


def test_the_agent_who_is_rung_is_let_go_when_the_caller_is_moved(
    world, browser, ada, jane, support
):
    world.available(jane)
    call = world.waits()
    world.route()
    offer = world.offer()

    ask(world, browser, ada, call, "move", queue="Support")
    world.send()

    offer.refresh_from_db()
    assert (offer.state, state_of(jane)) == ("rescinded", "available")
    assert is_hung_up(world, offer.leg)
    call.refresh_from_db()
    assert (call.state, call.queue) == ("queued", support)


def test_who_answers_after_the_caller_was_moved_hears_that_they_are_gone(
    world, browser, ada, jane, support
):
    world.available(jane)
    call = world.waits()
    world.route()
    offer = world.offer()
    ask(world, browser, ada, call, "move", queue="Support")

    reply = world.picks_up(offer)

    assert [action["action"] for action in reply] == ["talk"]


def test_a_transfer_that_came_back_is_over_once_the_caller_is_moved(world, browser, ada, support):
    call = world.waits()
    back = Transfer.objects.create(
        call=call,
        by=support.agents.get(),
        target="number",
        number="442079461234",
        state="returned",
        asked_at=world.now,
    )

    ask(world, browser, ada, call, "move", queue="Support")

    back.refresh_from_db()
    assert (back.state, back.settled_at) == ("returned", world.now)


@pytest.mark.parametrize(
    ("queue", "refusal", "words"),
    [
        ("Sales", (409, "call_gone"), "This caller waits in Sales already."),
        ("Nowhere", (404, "not_found"), "There is no such queue."),
        ("Support", (403, "not_allowed"), "Support is closed at once, so nobody is let in."),
    ],
)
def test_a_move_that_leads_nowhere_is_refused(world, browser, ada, support, queue, refusal, words):
    Queue.objects.filter(id=support.id).update(is_emergency_closed=True)
    call = world.waits()

    reply = ask(world, browser, ada, call, "move", queue=queue)

    assert error(reply) == refusal
    assert reply.json()["error"]["message"] == words
    assert QueueEntry.objects.get().left_at is None


def test_a_caller_who_talks_is_not_moved_any_more(world, browser, ada, jane, support):
    world.available(jane)
    call, _ = world.talks()

    assert error(ask(world, browser, ada, call, "move", queue="Support")) == (409, "call_gone")
    assert error(ask(world, browser, ada, call, "priority", priority=5)) == (409, "call_gone")


def test_a_caller_who_is_being_asked_something_is_not_moved_just_then(world, browser, ada, support):
    call = world.waits()
    QueueEntry.objects.update(paused_at=world.now)

    reply = ask(world, browser, ada, call, "move", queue="Support")

    assert error(reply) == (409, "call_gone")


def test_a_caller_who_has_hung_up_is_not_moved(world, browser, ada, support):
    call = world.waits()
    world.event("completed", disconnected_by="user")

    reply = ask(world, browser, ada, call, "move", queue="Support")

    assert reply.json()["error"]["message"] == "The caller has hung up."


def test_priority_decides_who_is_next(world, browser, ada, jane):
    world.waits("a" * 32)
    world.now += timedelta(seconds=10)
    later = world.waits("b" * 32)

    reply = ask(world, browser, ada, later, "priority", priority=5)
    world.available(jane)
    world.route()

    assert reply.status_code == 204
    assert world.offer().call == later
    told = later.events.get(type="priority_set")
    assert (told.actor, told.data["priority"], told.data["was"]) == ("ada", 5, 0)


@pytest.mark.parametrize("priority", [101, -101, None, "high", 1.5])
def test_a_priority_that_is_none_is_refused(world, browser, ada, priority):
    call = world.waits()

    reply = ask(world, browser, ada, call, "priority", priority=priority)

    assert error(reply) == (400, "invalid")


def test_a_supervisor_ends_a_stuck_call(world, browser, ada, jane):
    world.available(jane)
    call, offer = world.talks()

    reply = ask(world, browser, ada, call, "end")
    world.send()
    world.event("completed", disconnected_by="platform")

    assert reply.status_code == 202
    call.refresh_from_db()
    assert (call.state, call.hung_up_by) == ("ended", "supervisor")
    assert is_hung_up(world, offer.leg)


def test_a_supervisor_ends_a_call_that_waits(world, browser, ada):
    call = world.waits()

    ask(world, browser, ada, call, "end")
    world.send()
    world.event("completed", disconnected_by="platform")

    call.refresh_from_db()
    assert (call.state, call.hung_up_by) == ("ended", "supervisor")


@pytest.mark.parametrize(
    ("kind", "body"), [("move", {"queue": "Support"}), ("priority", {"priority": 1}), ("end", {})]
)
def test_calls_of_other_teams_are_not_found_and_agents_may_do_none_of_this(
    world, browser, sam, joe, support, kind, body
):
    call = world.waits()

    assert error(ask(world, browser, sam, call, kind, **body)) == (404, "not_found")
    assert ask(world, browser, joe.user, call, kind, **body).status_code in {403, 404}
    call.refresh_from_db()
    assert call.hung_up_by == ""


def test_an_agents_state_is_set_with_reason_and_by_whom(world, browser, ada, jane):
    StateReason.objects.create(code="meeting", label="Meeting")
    world.available(jane)

    reply = put(world, browser, ada, "jane", state="on_break", reason="meeting")

    assert (reply.status_code, reply.json()) == (200, {"state": "on_break", "next_state": None})
    running = jane.states.get(ended_at=None)
    assert (running.state, running.reason, running.actor) == ("on_break", "meeting", "ada")
    picture = selectors.me(agent_id=jane.id, now=world.now)
    assert (picture["state"], picture["reason"], picture["actor"]) == (
        "on_break",
        "meeting",
        "ada",
    )


def test_while_a_call_holds_the_agent_it_becomes_their_next_state(world, browser, ada, jane):
    world.available(jane)
    _, offer = world.talks()

    reply = put(world, browser, ada, "jane", state="offline")
    assert reply.json() == {"state": "busy", "next_state": "offline"}
    world.event("completed", disconnected_by="user")
    leaves(world, offer.leg, disconnected_by="platform")
    world.passes(30)

    running = jane.states.get(ended_at=None)
    assert (running.state, running.actor) == ("offline", "ada")


@pytest.mark.parametrize(
    "body",
    [
        {"state": "busy"},
        {"state": "wrap_up"},
        {"state": ""},
        {},
        {"state": "on_break", "reason": "nonsense"},
    ],
)
def test_a_state_or_reason_that_cannot_be_set_is_refused(world, browser, ada, jane, body):
    world.available(jane)

    assert error(put(world, browser, ada, "jane", **body)) == (400, "invalid")
    assert state_of(jane) == "available"


def test_nobody_is_made_available_behind_a_console_that_has_gone(world, browser, ada, jane):
    agents.beat(agent_id=jane.id, now=world.now)
    world.now += timedelta(seconds=60)

    reply = put(world, browser, ada, "jane", state="available")

    assert error(reply) == (409, "agent_busy")
    assert reply.json()["error"]["message"] == "Jane has no console open."


def test_wrap_up_is_ended_by_a_supervisor_and_the_log_says_by_whom(world, browser, ada, jane):
    world.available(jane)
    _, offer = world.talks()
    world.event("completed", disconnected_by="user")
    leaves(world, offer.leg, disconnected_by="platform")
    assert state_of(jane) == "wrap_up"

    reply = end_wrap_up(world, browser, ada, "jane")

    assert reply.status_code == 204
    running = jane.states.get(ended_at=None)
    assert (running.state, running.actor) == ("available", "ada")
    jane.refresh_from_db()
    assert jane.wrap_up_until is None
    world.waits("b" * 32)
    world.route()
    assert world.offer().agent == jane


def test_who_is_not_in_wrap_up_has_none_to_end(world, browser, ada, jane):
    world.available(jane)

    reply = end_wrap_up(world, browser, ada, "jane")

    assert (error(reply), reply.json()["error"]["message"]) == (
        (409, "not_allowed"),
        "Jane is not in wrap-up.",
    )


def test_agents_of_other_teams_are_not_found(world, browser, sam, jane):
    world.available(jane)

    assert error(put(world, browser, sam, "jane", state="offline")) == (404, "not_found")
    assert error(end_wrap_up(world, browser, sam, "jane")) == (404, "not_found")
    assert state_of(jane) == "available"


def test_agents_set_nobodys_state_but_their_own(world, browser, jane, joe):
    world.available(jane)

    assert error(put(world, browser, joe.user, "jane", state="offline")) == (403, "not_allowed")
    assert state_of(jane) == "available"


def test_time_in_states_adds_up_whatever_supervisors_do(world, browser, ada, jane):
    world.available(jane)
    _, offer = world.talks()
    world.now += timedelta(seconds=10)
    put(world, browser, ada, "jane", state="on_break")
    world.event("completed", disconnected_by="user")
    leaves(world, offer.leg, disconnected_by="platform")
    world.now += timedelta(seconds=10)
    end_wrap_up(world, browser, ada, "jane")
    world.now += timedelta(seconds=10)
    put(world, browser, ada, "jane", state="offline")

    rows = list(Agent.objects.get(id=jane.id).states.order_by("started_at", "id"))
    assert [row.state for row in rows] == [
        *("offline", "available", "offered", "busy", "wrap_up", "on_break", "offline")
    ]
    assert all(one.ended_at == two.started_at for one, two in pairwise(rows))
    assert not selectors.violations(now=world.now)["time_adds_up"]
    assert Offer.objects.count() == 1
