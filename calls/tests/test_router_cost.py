"""What a round asks of the database: counted, so that it does not grow unseen."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calls.models import Call, Offer, QueueEntry
from calls.router import pairing, rounds
from calls.services import offers
from ivr.models import Schedule

pytestmark = [pytest.mark.db, pytest.mark.django_db]
A, B, C = "a" * 32, "b" * 32, "c" * 32
LOCK = connection.vendor == "postgresql"  # the lock of the router that decides


def test_a_round_with_nothing_due_is_one_look(world, jane, django_assert_num_queries):
    world.available(jane)
    world.talks(A)
    world.waits(B)

    with django_assert_num_queries(1):
        rounds.expire(now=world.now)


def test_a_round_with_something_due_looks_again_after_it(world, jane, django_assert_num_queries):
    world.available(jane)
    world.talks(A)
    world.event("completed", A, disconnected_by="user")
    world.now += timedelta(seconds=31)

    rounds.expire(now=world.now)

    with django_assert_num_queries(1):
        rounds.expire(now=world.now)


@pytest.mark.parametrize("waits", [True, False])
def test_a_round_without_a_pair_is_one_look(world, jane, django_assert_num_queries, waits):
    if waits:
        world.waits(A)
    else:
        world.available(jane)

    with django_assert_num_queries(1):
        assert rounds.pair(now=world.now) == 0


def test_an_offer_is_twenty_five_statements(world, jane, joe, django_assert_num_queries):
    world.available(jane, joe)
    world.waits(A)

    with django_assert_num_queries(25 + LOCK):
        assert len(pairing.decide(now=world.now).offers) == 1


def test_a_second_offer_of_a_round_costs_two_more(world, jane, joe, django_assert_num_queries):
    world.available(jane, joe)
    world.waits(A)
    world.waits(B)

    with django_assert_num_queries(25 + LOCK + 2):  # its token, and the version of its call
        assert len(pairing.decide(now=world.now).offers) == 2


def test_explaining_a_round_is_seven_statements_and_one_more_for_each_offer(
    world, jane, joe, django_assert_num_queries
):
    world.available(jane, joe)
    world.waits(A)
    world.waits(B)
    decision = pairing.decide(now=world.now)

    with django_assert_num_queries(6 + 2):
        offers.explain_all(pairing.explanations(decision))
    assert {one.explanation["rule"] for one in Offer.objects.all()} == {"longest idle"}


def test_callbacks_of_a_closed_queue_cost_the_same_however_many_they_are(world, sales, jane):
    sales.schedule = Schedule.objects.create(name="Never", time_zone="Europe/London")
    sales.save()
    world.available(jane)
    asked_back(sales, world.now, number=0)
    with CaptureQueriesContext(connection) as one:
        rounds.pair(now=world.now)

    for number in range(1, 10):
        asked_back(sales, world.now, number=number)
    with CaptureQueriesContext(connection) as ten:
        rounds.pair(now=world.now)

    assert len(ten) == len(one)


def asked_back(queue, now, *, number):
    """A caller who waits to be called back."""
    call = Call.objects.create(key=f"{number:020}", state="awaiting_callback", started_at=now)
    QueueEntry.objects.create(
        call=call,
        queue=queue,
        enqueued_at=now,
        give_up_at=now + timedelta(days=1),
        offer_seconds=20,
        wrap_up_seconds=0,
        is_virtual=True,
    )
