"""What goes wrong between us and Vonage, and must not harm callers, agents or the facts."""

from datetime import timedelta

import pytest
import requests

from agents import services as agents
from agents.models import AgentState
from calls import broadcast, selectors
from calls.broadcast import Hint
from calls.models import Instruction, Leg, Offer, Token
from calls.router import rounds, sender
from calls.services import offers, outbox, sending
from calls.services.sending import Report
from calls.tests.asking import ask

pytestmark = [pytest.mark.db, pytest.mark.django_db]
LATER = "1" * 32
LATE_UUID = "aa0f6f9e-2b2e-4a52-9f4e-00000000dead"


def state_of(agent):
    return AgentState.objects.get(agent=agent, ended_at=None).state


def lose_replies(world):
    """Dials are executed or not; nobody will ever know."""
    world.transport.answers = lambda method, path: (
        requests.exceptions.ReadTimeout() if method == "POST" else 204
    )


def answer_again(world):
    world.transport.answers = lambda method, path: 204


def test_a_leg_that_is_gone_keeps_what_its_end_has_told(world, jane):
    world.available(jane)
    call, offer = world.talks()
    offer.leg.refresh_from_db()
    ask(world, "end", call, jane)
    sender.send_next(world.vonage, clock=lambda: world.now)
    order = sending.claim(now=world.now)
    assert order
    world.event(
        "completed", offer.leg.uuid, key=offer.leg.key,
        duration="30", price="0.5", network="23410", disconnected_by="user",
    )  # fmt: skip

    sending.settle(order, Report("gone"), now=world.now)

    leg = Leg.objects.get(id=offer.leg_id)
    assert (leg.duration, leg.network, leg.disconnected_by) == (30, "23410", "user")


def test_an_agent_whose_last_leg_has_not_ended_holds_up_nobody(world, jane, joe):
    world.available(jane, joe)
    world.waits()
    world.route()
    world.event("completed", disconnected_by="user")
    world.send()
    assert state_of(jane) == "available"

    world.waits(LATER)
    world.passes(2)

    assert world.offer().agent == joe


def test_a_dial_is_not_repeated_once_its_leg_was_hung_up(world, jane):
    world.available(jane)
    world.waits()
    rounds.pair(now=world.now)
    order = sending.claim(now=world.now)
    assert order
    world.event("completed", disconnected_by="user")

    sending.settle(order, Report("again"), now=world.now)
    world.passes(1)
    world.passes(1)

    assert world.sent("POST") == []


def test_a_question_about_a_leg_keeps_no_instruction_of_its_call_waiting(world, jane):
    world.available(jane)
    _, offer = world.talks()
    world.passes(1)
    busy = Token.objects.filter(budget="request").values_list("id", flat=True)[:5]
    Token.objects.filter(id__in=list(busy)).update(free_at=world.now + timedelta(seconds=30))
    offer.leg.refresh_from_db()
    outbox.check(offer.leg, now=world.now)

    world.event("completed", disconnected_by="user")
    world.send()

    assert world.sent("PUT", "hangup")


@pytest.mark.parametrize("statuses", [["ringing"], ["completed", "ringing"]])
def test_a_leg_given_up_as_unknown_stays_ended_whatever_is_heard_of_it(world, jane, statuses):
    world.available(jane)
    lose_replies(world)
    world.waits()
    world.route()
    old = world.offer()
    world.passes(26)
    answer_again(world)
    world.passes(11)

    for status in statuses:
        world.event(status, LATE_UUID, key=old.leg.key)
    world.send()

    assert Leg.objects.get(id=old.leg_id).state == "ended"
    assert world.offer().id != old.id


def test_a_leg_that_rings_though_we_gave_it_up_is_hung_up(world, jane):
    world.available(jane)
    lose_replies(world)
    world.waits()
    world.route()
    old = world.offer()
    world.passes(26)
    answer_again(world)

    world.event("ringing", LATE_UUID, key=old.leg.key)
    world.send()

    assert ("PUT", f"/v1/calls/{LATE_UUID}") in [made[:2] for made in world.transport.requests]


def test_an_agent_back_at_their_console_keeps_their_place_over_offers(world, jane):
    world.available(jane)
    agents.beat(agent_id=jane.id, now=world.now)
    world.passes(20)
    agents.beat(agent_id=jane.id, now=world.now)
    before = selectors.candidates(now=world.now)[0].idle_since
    world.passes(5)
    world.waits()
    world.route()
    offer = world.offer()

    world.event("completed", disconnected_by="user")
    world.event("completed", offer.leg.uuid or LATE_UUID, key=offer.leg.key)

    assert selectors.candidates(now=world.now)[0].idle_since == before


def test_a_caller_is_moved_however_long_vonage_is_away(world, jane, joe):
    world.available(jane)
    call, offer = world.talks()
    offer.leg.refresh_from_db()
    world.transport.answers = lambda method, path: 502 if method == "PUT" else 204
    world.event("completed", offer.leg.uuid, key=offer.leg.key, disconnected_by="platform")
    for _ in range(12):
        world.passes(1)
    answer_again(world)
    world.available(joe)
    for _ in range(5):
        world.passes(1)

    reply = world.picks_up(world.offer())

    assert reply[-1]["name"] == call.legs.get(kind="customer").room


def test_a_caller_whom_vonage_will_not_move_is_not_left_in_silence(world, jane):
    world.available(jane)
    _, offer = world.talks()
    offer.leg.refresh_from_db()
    world.transport.answers = lambda method, path: 403 if method == "PUT" else 204

    world.event("completed", offer.leg.uuid, key=offer.leg.key, disconnected_by="platform")
    world.send()

    assert world.sent("PUT", "hangup")


def test_a_decline_after_a_lost_dial_does_not_keep_the_next_agent_waiting(world, jane, joe):
    world.available(jane, joe)
    lose_replies(world)
    world.waits()
    world.route()
    offer = world.offer()
    answer_again(world)

    offers.decline(offer_id=offer.id, agent_id=jane.id, actor="jane", now=world.now)
    world.passes(2)

    assert world.offer().agent == joe
    assert world.offer().dialled_at is not None


def test_a_refusal_of_an_old_leg_is_final(world, jane):
    world.available(jane)
    call, _ = world.talks()
    world.now += timedelta(seconds=60)
    world.transport.answers = lambda method, path: 400 if method == "PUT" else 204

    ask(world, "end", call, jane)
    for _ in range(8):
        world.passes(1)

    assert len(world.sent("PUT")) == 2


def test_a_deadline_that_cannot_be_kept_keeps_nobody_else_waiting(world, jane, monkeypatch):
    world.available(jane)
    world.waits()
    world.route()
    monkeypatch.setattr(offers, "expire", lambda **_: 1 / 0)
    world.now += timedelta(seconds=26)

    rounds.expire(now=world.now)

    assert Offer.objects.get().state == "pending"


def test_a_redis_that_is_away_is_left_alone_for_a_while(settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(broadcast, "_connection", [])
    monkeypatch.setattr(broadcast, "_silent_until", [0.0])
    asked = []

    def connection():
        asked.append(1)
        return broadcast._connect(timeout=0.2)

    monkeypatch.setattr(broadcast, "_redis", connection)

    broadcast._publish(Hint(frozenset({1})))
    broadcast._publish(Hint(frozenset({2})))

    assert asked == [1]


def test_a_dial_that_never_was_does_not_hold_its_agent_for_ever(world, jane, joe):
    world.available(jane)
    world.transport.answers = lambda method, path: requests.ReadTimeout()
    world.waits()
    world.route()
    world.event("completed", disconnected_by="user")
    world.transport.answers = lambda method, path: 204
    world.passes(1)
    assert Leg.objects.get(kind="agent").state == "planned"

    world.passes(60)

    assert Leg.objects.get(kind="agent").ended_as == "unknown"
    world.available(jane)
    world.waits("c" * 32)
    world.passes(11)
    assert world.offer().agent == jane


def test_a_dial_without_a_token_does_not_keep_one_that_has_it_from_being_sent(world, jane, joe):
    world.available(jane, joe)
    world.waits()
    world.waits("c" * 32)
    rounds.pair(now=world.now)
    first, second = Instruction.objects.filter(verb="dial").order_by("id")
    Token.objects.filter(instruction=first).update(instruction=None)
    Token.objects.filter(budget="setup", instruction=None).update(
        free_at=world.now + timedelta(seconds=9)
    )

    world.send()

    second.refresh_from_db()
    first.refresh_from_db()
    assert (first.state, second.state) == ("waiting", "done")
