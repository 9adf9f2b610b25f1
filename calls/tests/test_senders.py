"""The threads that send: what each of them takes, so that nothing slow keeps callers waiting."""

from datetime import timedelta

import pytest

from calls.models import Instruction, Leg, Token
from calls.router import loop, rounds, sender
from calls.router.senders import senders
from calls.services import budget, offers, outbox, sending
from calls.tests.leaving import RECORDING

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def message(world):
    """A message that waits to be fetched."""
    world.waits()
    leg = Leg.objects.get(uuid=world.UUID)
    outbox.fetch(leg, url=RECORDING, voicemail_id=1, now=world.now)


@pytest.mark.parametrize(
    ("senders", "threads", "fetching"), [(1, 2, 1), (2, 2, 1), (3, 3, 1), (4, 4, 2), (32, 32, 16)]
)
def test_half_of_the_senders_and_never_all_of_them_fetch_messages(senders, threads, fetching):
    shifts = loop.shifts(senders)

    assert (len(shifts), sum(shifts)) == (threads, fetching)


def test_who_does_not_fetch_leaves_messages_and_takes_what_comes_after_them(world, message):
    assert sending.claim(now=world.now, fetches=False) is None

    outbox.talk(Leg.objects.get(uuid=world.UUID), "You are next in line.", now=world.now)

    assert sending.claim(now=world.now, fetches=False).verb == "talk"
    assert sending.claim(now=world.now).verb == "fetch"


def test_a_message_alone_does_not_wake_who_does_not_fetch(world, message):
    assert sending.is_due(now=world.now)
    assert not sending.is_due(now=world.now, fetches=False)


def test_a_sender_does_what_its_shift_says(world, message):
    assert not sender.send_next(world.vonage, clock=lambda: world.now, fetches=False)

    assert world.transport.requests == []


def test_no_token_is_held_where_none_is_needed(world):
    assert budget.hold(Token.Budget.SETUP, count=0, now=world.now) == []


@pytest.fixture
def four():
    """Senders who rest; the second and the fourth fetch messages."""
    found = senders([False, True, False, True])
    for one in found:
        one.begin()
    return found


def woken(found):
    return [one.woken.is_set() for one in found]


def test_a_change_wakes_one_sender_who_may_send_everything(four):
    four.wake_one()

    assert woken(four) == [False, True, False, False]


def test_nobody_waits_for_one_who_was_woken_and_is_held_up(four):
    four.wake_one()

    four.wake_one()

    assert woken(four) == [False, True, False, True]


def test_who_finds_something_wakes_the_next_until_all_of_them_send(four):
    asleep = []
    for place in (1, 3, 0, 2):
        four.found(four[place])
        asleep.append(woken(four).count(False))

    assert asleep == [3, 2, 1, 1]


def test_who_has_sent_is_woken_again(four):
    for one in four:
        four.found(one)
    four[2].begin()

    four.wake_one()

    assert four[2].woken.is_set()


def test_who_is_woken_while_it_looks_looks_once_more(four):
    four[1].begin()

    four.wake_one()

    assert four[1].woken.is_set()


def test_all_are_woken_to_end(four):
    four.found(four[0])

    four.wake_all()

    assert all(woken(four))


def test_the_next_sender_is_woken_before_a_request_and_for_nothing_else(world, jane):
    seen = []

    def send():
        return sender.send_next(
            world.vonage,
            clock=lambda: world.now,
            found=lambda: seen.append(len(world.transport.requests)),
        )

    assert not send()
    assert seen == []

    world.available(jane)
    world.waits()
    rounds.pair(now=world.now)

    assert send()
    assert seen == [0]


@pytest.fixture
def nameless(world, jane):
    """The leg of an agent whose dial had no reply, and a hang-up that waits for its uuid."""
    world.available(jane)
    world.waits()
    world.route()
    Leg.objects.filter(kind="agent").update(uuid=None)
    offer = world.offer()
    offers.decline(offer_id=offer.id, agent_id=jane.id, actor="jane", now=world.now)
    return offer.leg


def test_a_leg_that_never_said_its_uuid_never_was_after_45_seconds(world, nameless):
    world.now += timedelta(seconds=45)
    rounds.expire(now=world.now)
    assert Leg.objects.get(id=nameless.id).state != "ended"

    world.now += timedelta(seconds=1)
    rounds.expire(now=world.now)

    nameless.refresh_from_db()
    assert (nameless.state, nameless.ended_as) == ("ended", "unknown")
    assert Instruction.objects.get(verb="hang_up").state == "cancelled"


def test_a_uuid_that_comes_late_is_still_hung_up(world, nameless):
    world.now += timedelta(seconds=44)
    world.event("ringing", "f" * 32, key=nameless.key)

    world.passes(1)

    assert Instruction.objects.get(verb="hang_up").state == "done"
    nameless.refresh_from_db()
    assert (nameless.state, nameless.uuid) == ("ringing", "f" * 32)
