"""Callers who are sent on to a telephone number."""

from datetime import timedelta

import pytest
import requests

from calls.models import Call, Instruction, Overflow, Token
from calls.services import overflow
from calls.tests.test_overflow import hangs_up, moved, notified, presses_1, said
from ivr.tests.test_ncco import check
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]

PARTNER = "442079460999"
NOT_REACHED = "Sorry, nobody could be reached. Please try again later. Goodbye."


@pytest.fixture
def partner(world, sales):
    """Sales is full, and sends callers on to a number."""
    sales.is_emergency_closed = True
    sales.save()
    Overflow.objects.create(
        queue=sales, reason="any", target="number", number=PARTNER, words="One moment."
    )
    return world


def put_through(partner):
    """A caller who has heard the words: what they run now, and their call."""
    words, call = presses_1(partner)
    return notified(partner, words), call


def number_leg(call):
    return call.legs.get(kind="number")


def picks_up(world, call):
    """The number answers: the answer webhook of its leg."""
    leg = number_leg(call)
    reply = world.post(
        f"/webhooks/answer/{leg.key}",
        {
            "to": PARTNER,
            "from": World.MENU,
            "endpoint_type": "phone",
            "uuid": leg.uuid or "bb0f6f9e-2b2e-4a52-9f4e-000000000001",
            "conversation_uuid": "CON-7",
        },
    )
    check(reply)
    call.refresh_from_db()
    return reply


def number_event(world, call, status, **extra):
    leg = number_leg(call)
    world.event(status, leg.uuid or "", key=leg.key, **extra)
    world.send()
    call.refresh_from_db()


def test_the_caller_waits_with_music_while_the_number_is_dialled(partner):
    words, call = presses_1(partner)
    partner.send()
    assert (said(words), partner.sent("POST")) == (["One moment."], [])

    reply = notified(partner, words)
    partner.send()

    call.refresh_from_db()
    assert [one["name"] for one in reply] == [f"call-{call.key}-1"]
    assert (reply[0]["startOnEnter"], call.state) == (False, "dialing")
    [dial] = partner.sent("POST")
    assert (dial["to"], dial["from"]["number"], dial["ringing_timer"]) == (
        [{"type": "phone", "number": PARTNER}],
        World.MENU,
        30,
    )


def test_whoever_answers_joins_the_caller(partner):
    _, call = put_through(partner)
    partner.send()

    reply = picks_up(partner, call)

    assert reply[-1] == {
        "action": "conversation",
        "name": f"call-{call.key}-1",
        "startOnEnter": True,
    }
    assert (call.state, call.agent, call.answered_at) == ("connected", None, None)
    assert number_leg(call).room == call.room_name()


def test_the_caller_hangs_up_and_the_number_is_let_go(partner):
    _, call = put_through(partner)
    partner.send()
    picks_up(partner, call)

    assert hangs_up(partner, call) == "overflowed"
    partner.send()

    assert call.state == "ended"
    assert number_leg(call).on_purpose
    assert len(partner.sent("PUT", "hangup")) == 1


def test_the_number_hangs_up_and_the_call_is_over(partner):
    _, call = put_through(partner)
    partner.send()
    picks_up(partner, call)
    number_event(partner, call, "answered")

    number_event(partner, call, "completed", disconnected_by="user")

    assert call.hung_up_by == "system"
    assert len(partner.sent("PUT", "hangup")) == 1


@pytest.mark.parametrize("status", ["busy", "timeout", "unanswered", "rejected", "failed"])
def test_a_number_that_is_not_reached_ends_with_words(partner, status):
    _, call = put_through(partner)
    partner.send()

    number_event(partner, call, status)
    number_event(partner, call, "completed")

    assert said(moved(partner)) == [NOT_REACHED]
    assert len(partner.sent("PUT", "transfer")) == 1
    assert hangs_up(partner, call) == "overflowed"


def test_a_dial_that_vonage_refuses_ends_with_words(partner):
    partner.transport.answers = lambda method, path: 400 if method == "POST" else 204
    put_through(partner)

    partner.send()

    assert said(moved(partner)) == [NOT_REACHED]


def test_a_number_of_which_nothing_is_heard_is_given_up(partner):
    partner.transport.answers = lambda method, path: (
        requests.ReadTimeout() if method == "POST" else 204
    )
    _, call = put_through(partner)
    partner.send()
    assert Instruction.objects.get(verb="dial").state == "unknown"

    overflow.settle_overdue(now=partner.now + timedelta(seconds=39))
    assert Call.objects.get().state == "dialing"
    partner.now += timedelta(seconds=41)
    overflow.settle_overdue(now=partner.now)
    partner.send()

    assert said(moved(partner)) == [NOT_REACHED]
    assert number_leg(call).state == "ended"


def test_an_answer_after_we_gave_up_hears_that_the_caller_has_gone(partner):
    _, call = put_through(partner)
    partner.send()
    hangs_up(partner, call)

    reply = picks_up(partner, call)

    assert said(reply) == ["The caller has hung up."]
    assert call.state == "ended"


def test_a_caller_who_leaves_before_the_dial_was_sent_dials_nobody(partner):
    _, call = put_through(partner)

    hangs_up(partner, call)
    partner.send()

    assert partner.sent("POST") == []
    assert number_leg(call).state == "ended"


def test_a_wait_that_was_too_long_is_moved_first_and_dialled_then(world, sales):
    Overflow.objects.create(queue=sales, reason="late", target="number", number=PARTNER)
    call = world.waits()

    world.passes(1801)

    call.refresh_from_db()
    made = [(method, body.get("action", "")) for method, _, body in world.transport.requests]
    assert made == [("PUT", "transfer"), ("POST", "")]
    assert moved(world)[-1]["name"] == f"call-{call.key}-2"
    assert (call.state, call.entries.get().outcome) == ("dialing", "overflowed")


def test_no_set_up_is_left_and_the_dial_waits_for_one(partner):
    Token.objects.filter(budget="setup").update(free_at=partner.now + timedelta(seconds=2))
    put_through(partner)
    partner.send()
    assert partner.sent("POST") == []

    partner.now += timedelta(seconds=3)
    partner.send()

    assert len(partner.sent("POST")) == 1
