"""A supervisor, or a program in their name, has a waiting call offered to one agent at once."""

from datetime import timedelta

import pytest

from agents import services as agents
from calls import selectors
from calls.models import CallEvent, Command, Leg, Offer, Queue, QueueEntry, Token
from calls.router import rounds
from calls.services import commands, offers
from calls.states import CallState
from calls.tests.doors import error

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def connect(world, call, agent, ada):
    """Ask, and return the command as it is now."""
    key = commands.connect(
        call_id=call.id, agent_id=agent.id, user_id=ada.id, actor="ada", now=world.now
    )
    return Command.objects.get(key=key)


def no_setups(world):
    Token.objects.filter(budget="setup").update(free_at=world.now + timedelta(minutes=1))


def setups(world):
    Token.objects.filter(budget="setup").update(free_at=world.now)


def error_of(command):
    return selectors.command_row(command)["error"]


def events(call):
    return list(CallEvent.objects.filter(call=call).values_list("type", "actor"))


def test_the_agent_is_rung_at_once_though_others_are_next(world, jane, joe, ada):
    world.available(joe, jane)
    call = world.waits()

    command = connect(world, call, jane, ada)

    assert (command.state, error_of(command)) == ("done", None)
    offer = world.offer()
    assert (offer.agent, offer.call) == (jane, call)
    assert offer.explanation["rule"] == "connected by"
    assert offer.explanation["actor"] == "ada"
    assert events(call)[-2:] == [("connect_asked", "ada"), ("offered", "ada")]
    world.send()
    world.picks_up(offer)
    call.refresh_from_db()
    assert (call.state, call.agent) == ("connected", jane)


def test_an_agent_of_another_queue_can_be_asked_for(world, jane, ada, sales):
    sales.agents.remove(jane)
    world.available(jane)
    call = world.waits()

    assert connect(world, call, jane, ada).state == "done"


def test_without_a_setup_it_waits_and_the_router_tries_again(world, jane, ada):
    world.available(jane)
    call = world.waits()
    no_setups(world)

    command = connect(world, call, jane, ada)
    assert command.state == "pending"
    world.now += timedelta(seconds=1)
    setups(world)
    rounds.expire(now=world.now)

    command.refresh_from_db()
    assert (command.state, command.settled_at) == ("done", world.now)
    assert world.offer().explanation["actor"] == "ada"


def test_it_is_given_up_after_five_seconds(world, jane, ada):
    world.available(jane)
    call = world.waits()
    no_setups(world)
    command = connect(world, call, jane, ada)

    commands.retry(now=world.now + timedelta(seconds=4.9))
    command.refresh_from_db()
    assert command.state == "pending"
    commands.retry(now=world.now + timedelta(seconds=5))

    command.refresh_from_db()
    assert (command.state, command.error_code) == ("failed", "rate_limited")
    assert events(call)[-1] == ("connect_refused", "ada")


def test_an_offer_that_was_made_before_a_crash_is_not_made_twice(world, jane, ada):
    world.available(jane)
    call = world.waits()
    command = connect(world, call, jane, ada)
    Command.objects.update(state="pending", settled_at=None)  # the crash came before this

    commands.retry(now=world.now + timedelta(seconds=1))

    command.refresh_from_db()
    assert (command.state, Offer.objects.count()) == ("done", 1)


def busy(world, agent):
    world.available(agent)
    world.talks("b" * 32)


def wrapping(world, agent):
    busy(world, agent)
    leg = Leg.objects.get(agent=agent)
    world.event("completed", "b" * 32, disconnected_by="user")
    world.event("completed", leg.uuid, key=leg.key, disconnected_by="platform")


def rung(world, agent):
    world.available(agent)
    world.waits("b" * 32)
    world.route()


def away(world, agent):
    agents.choose(agent_id=agent.id, state="on_break", reason="", actor="jane", now=world.now)


def declined(world, agent):
    rung(world, agent)
    offers.decline(offer_id=world.offer().id, agent_id=agent.id, actor="jane", now=world.now)


def closed(world, agent):
    world.available(agent)
    agents.beat(agent_id=agent.id, now=world.now)
    world.now += timedelta(seconds=11)


def missed(world, agent):
    rung(world, agent)
    offer = world.offer()
    offers.see(offer_id=offer.id, agent_id=agent.id, now=world.now)
    world.ends(offer, "timeout")


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (lambda world, agent: None, "Jane is offline."),
        (away, "Jane is on a break."),
        (rung, "Jane is being rung for another call."),
        (busy, "Jane is in a call."),
        (wrapping, "Jane is still busy with the call before."),
        (missed, "Jane has missed a call and is not back yet."),
        (declined, "Jane has just turned a call down; please try again in a few seconds."),
        (closed, "Jane has no console open."),
    ],
)
def test_who_cannot_be_rung_is_not_rung_and_why_is_said(world, jane, ada, happens, words):
    happens(world, jane)
    call = world.waits("c" * 32)
    before = Offer.objects.count()

    command = connect(world, call, jane, ada)

    assert command.state == "failed"
    assert error_of(command) == {"code": "agent_busy", "message": words, "fields": {}}
    assert Offer.objects.count() == before
    assert events(call)[-2:] == [("connect_asked", "ada"), ("connect_refused", "ada")]


@pytest.mark.parametrize("kind", ["agent", "supervisor"])
def test_an_agent_with_any_live_leg_is_in_a_call(world, jane, joe, ada, kind):
    world.available(joe)
    other, _ = world.talks("b" * 32)
    other.legs.create(kind=kind, agent=jane, key="j" * 32, state="answered")
    world.available(jane)
    call = world.waits("c" * 32)

    command = connect(world, call, jane, ada)

    assert error_of(command)["message"] == "Jane is in a call."


@pytest.mark.parametrize("kind", ["agent", "supervisor"])
def test_an_agent_with_any_live_leg_is_given_no_call_by_the_router(world, jane, joe, kind):
    world.available(joe)
    other, _ = world.talks("b" * 32)
    leg = other.legs.create(kind=kind, agent=jane, key="j" * 32, state="answered")
    world.available(jane)
    call = world.waits("c" * 32)

    world.route()
    call.refresh_from_db()
    assert call.state == "queued"
    Leg.objects.filter(id=leg.id).update(state="ended")
    world.route()

    assert world.offer().agent == jane


def gone(world, call):
    world.event("completed", "c" * 32, disconnected_by="user")


def rings(world, call):
    world.available(Queue.objects.get().agents.get(user__username="joe"))
    world.route()


def chooses(world, call):
    QueueEntry.objects.filter(call=call).update(paused_at=world.now)


def talking(world, call):
    rings(world, call)
    world.picks_up(world.offer())


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (gone, "The caller has hung up."),
        (rings, "This caller's call rings at somebody already."),
        (talking, "This caller does not wait any more."),
        (chooses, "This caller is answering a question just now; please try again in a moment."),
    ],
)
def test_a_caller_who_cannot_be_connected_is_not_and_why_is_said(world, jane, ada, happens, words):
    call = world.waits("c" * 32)
    happens(world, call)
    world.available(jane)

    command = connect(world, call, jane, ada)

    assert command.state == "failed"
    assert error_of(command) == {"code": "call_gone", "message": words, "fields": {}}


def test_nothing_is_written_to_a_call_that_has_ended(world, jane, ada):
    call = world.waits("c" * 32)
    gone(world, call)
    before = events(call)

    connect(world, call, jane, ada)

    assert events(call) == before
    call.refresh_from_db()
    assert call.state == CallState.ENDED


def test_of_two_who_connect_one_call_the_later_is_refused(world, jane, joe, ada):
    world.available(jane, joe)
    call = world.waits()
    no_setups(world)

    first, second = connect(world, call, jane, ada), connect(world, call, joe, ada)
    setups(world)
    commands.retry(now=world.now)

    first.refresh_from_db()
    assert (first.state, second.state) == ("done", "failed")
    assert error_of(second)["message"] == "Somebody is connecting this caller already."
    assert world.offer().agent == jane


def test_of_two_calls_for_one_agent_the_later_is_refused(world, jane, ada):
    world.available(jane)
    calls = [world.waits(letter * 32) for letter in "ab"]
    no_setups(world)
    asked = [connect(world, call, jane, ada) for call in calls]
    setups(world)

    commands.retry(now=world.now)

    states = [Command.objects.get(id=one.id).state for one in asked]
    assert states == ["done", "failed"]


def test_the_router_gives_the_call_to_nobody_else_before_the_agent_asked_for(world, jane, joe, ada):
    world.available(joe, jane)  # joe would be next
    call = world.waits()
    no_setups(world)
    connect(world, call, jane, ada)
    setups(world)

    world.route()

    assert world.offer().agent == jane


def test_a_supervisor_asks_by_the_api_and_looks_what_became_of_it(world, browser, jane, ada):
    world.available(jane)
    call = world.waits()
    adas = browser(ada)

    reply = adas.post(f"/api/calls/{call.id}/connect", {"agent": "jane"}, format="json")
    command = adas.get(f"/api/commands/{reply.json()['command']}")

    assert (reply.status_code, reply.json().keys()) == (202, {"command"})
    assert (command.status_code, command.json()) == (200, {"state": "done", "error": None})
    assert world.offer().agent == jane


def test_what_failed_is_said_as_every_error_is(world, browser, jane, ada):
    call = world.waits()
    adas = browser(ada)

    reply = adas.post(f"/api/calls/{call.id}/connect", {"agent": "jane"}, format="json")
    command = adas.get(f"/api/commands/{reply.json()['command']}")

    assert command.json() == {
        "state": "failed",
        "error": {"code": "agent_busy", "message": "Jane is offline.", "fields": {}},
    }


@pytest.mark.parametrize("body", [{}, {"agent": ""}, {"agent": None}, {"agent": ["jane"]}, []])
def test_a_request_that_names_nobody_is_refused(world, browser, ada, body):
    call = world.waits()

    reply = browser(ada).post(f"/api/calls/{call.id}/connect", body, format="json")

    assert error(reply) == (400, "invalid")
    assert not Command.objects.exists()


@pytest.mark.parametrize("name", ["cy", "nobody", "Jane"])
def test_only_agents_can_be_asked_for_by_their_user_name(world, browser, ada, cy, name):
    call = world.waits()

    reply = browser(ada).post(f"/api/calls/{call.id}/connect", {"agent": name}, format="json")

    assert error(reply) == (404, "not_found")


def test_who_waits_for_one_agent_waits_on_when_another_does_not_take_the_call(
    world, jane, joe, ada
):
    world.available(jane)
    world.talks("1" * 32)
    world.press(world.answer(), "2")
    wait = QueueEntry.objects.get(agent=jane)
    world.available(joe)
    connect(world, wait.call, joe, ada)

    offers.decline(offer_id=world.offer().id, agent_id=joe.id, actor="joe", now=world.now)
    world.route()

    wait.refresh_from_db()
    assert (wait.left_at, wait.give_up_at > world.now) == (None, True)


def test_one_command_that_cannot_be_helped_keeps_no_other_waiting(world, jane, ada):
    world.available(jane)
    no_setups(world)
    broken = connect(world, world.waits("1" * 32), jane, ada)
    Command.objects.filter(id=broken.id).update(body={})
    asked = connect(world, world.waits(), jane, ada)
    setups(world)

    commands.retry(now=world.now)

    asked.refresh_from_db()
    assert asked.state == "done"
