"""Two connections at once, on a database that lets them."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import OperationalError, connection, connections, transaction

from agents.models import Agent, User
from calls.errors import NotOffered
from calls.models import Call, Instruction, Leg, Offer, Overflow, Queue, QueueEntry
from calls.router import rounds
from calls.services import budget, facts, flows, journal, offers, outbox, overflow, sending
from calls.states import Strategy
from ivr.steps import Enqueue

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]
has_races = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer at a time: no race to lose"
)


def webhook(kind, payload):
    raw = json.dumps(payload).encode()
    return facts.Webhook(kind=kind, path=f"/webhooks/{kind}", raw=raw, payload=payload)


def beside(run):
    """Run it in a thread with a connection of its own."""

    def closing():
        try:
            run()
        finally:
            connections.close_all()

    thread = threading.Thread(target=closing)
    thread.start()
    return thread


@has_races
def test_an_end_that_arrives_with_the_answer_webhook_is_not_lost(world, monkeypatch):
    leg = {"uuid": world.UUID, "conversation_uuid": "CON-0"}
    ended = webhook("event", {**leg, "status": "completed", "disconnected_by": "user"})
    asked = webhook("answer", {**leg, "to": world.MENU, "from": world.CALLER})
    is_in, go_on = threading.Event(), threading.Event()
    interpret = facts._event

    def slowly(taken, now):
        reply = interpret(taken, now)
        is_in.set()
        go_on.wait(5)
        return reply

    monkeypatch.setitem(facts.INTERPRETERS, "event", slowly)
    first = beside(lambda: facts.take(ended, now=world.now))
    is_in.wait(5)

    second = beside(lambda: facts.take(asked, now=world.now))
    second.join(0.5)
    go_on.set()
    first.join()
    second.join()

    assert Call.objects.get().state == "ended"


@has_races
def test_a_sender_leaves_to_others_what_it_does_not_take(world, monkeypatch):
    for number in range(3):
        world.waits(f"{number}" * 32)
    for leg in Leg.objects.all():
        outbox.transfer(leg, [], room="x", now=world.now)
    is_in, go_on, first = threading.Event(), threading.Event(), threading.Lock()
    take = budget.take

    def slowly(*given, **named):
        taken = take(*given, **named)
        if first.acquire(blocking=False):
            is_in.set()
            go_on.wait(5)
        return taken

    monkeypatch.setattr(budget, "take", slowly)
    busy = beside(lambda: sending.claim(now=world.now))
    is_in.wait(5)

    order = sending.claim(now=world.now)
    go_on.set()
    busy.join()

    assert order is not None


def patiently(run):
    """What came of it. SQLite in memory locks no rows but tables, and refuses who comes second."""
    for _ in range(1000):
        try:
            return run()
        except NotOffered as refusal:
            return refusal
        except OperationalError:
            threading.Event().wait(0.01)
    return None


def all_at_once(runs: list[Callable[[], object]]) -> list[object]:
    """Begin them together, each in a thread and connection of its own; what came of each."""
    together, results = threading.Barrier(len(runs)), []

    def one(run):
        together.wait(10)
        results.append(patiently(run))

    threads = [beside(partial(one, run)) for run in runs]
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def crowd(world, sales, floor):
    """Eight agents who are available in Sales."""
    people = [
        Agent.objects.create(user=user, vonage_user=user.username, team=floor)
        for user in User.objects.bulk_create(User(username=f"agent{one}") for one in range(8))
    ]
    sales.agents.add(*people)
    world.available(*people)
    return people


def test_eight_who_race_for_one_call_make_one_offer(world, crowd):
    entry = world.waits().entries.get()

    made = all_at_once(
        [
            partial(offers.offer_call, entry_id=entry.id, agent_id=agent.id, now=world.now)
            for agent in crowd
        ]
    )

    assert len([one for one in made if isinstance(one, Offer)]) == 1
    assert Offer.objects.count() == Leg.objects.filter(kind="agent").count() == 1


def test_eight_routers_give_each_call_one_agent_and_each_agent_one_call(world, crowd):
    for number in range(3):
        world.waits(f"{number}" * 32)

    made = all_at_once([partial(rounds.pair, now=world.now)] * 8)

    counts = [one for one in made if isinstance(one, int)]
    assert sum(counts) == Offer.objects.count() == 3
    assert Offer.objects.values("entry").distinct().count() == 3
    assert Offer.objects.values("agent").distinct().count() == 3


@has_races
def test_of_all_who_come_at_once_no_more_are_let_in_than_the_queue_holds(world, sales):
    Queue.objects.filter(id=sales.id).update(max_size=1)
    questions = [world.answer(f"{number}" * 32) for number in range(6)]
    together = threading.Barrier(len(questions))

    def presses(uuid):
        with transaction.atomic(durable=True):
            call = journal.locked(legs__uuid=uuid) or Call()
            together.wait(10)
            flows.pressed(call, step=call.step, digits="1", now=world.now)

    callers = [beside(partial(presses, f"{number}" * 32)) for number in range(6)]
    for caller in callers:
        caller.join()

    assert QueueEntry.objects.filter(queue=sales, left_at=None).count() == 1


@has_races
def test_two_full_queues_that_send_callers_to_each_other_keep_nobody_waiting(world, sales):
    support = Queue.objects.create(name="Support", max_size=1)
    Queue.objects.filter(id=sales.id).update(max_size=1)
    for full, other in ((sales, support), (support, sales)):
        Overflow.objects.create(queue=full, reason="full", target="queue", other_queue=other)
    world.waits("a" * 32)
    QueueEntry.objects.create(
        call=Call.objects.create(key="b" * 32, state="queued", started_at=world.now),
        queue=support,
        enqueued_at=world.now,
        give_up_at=world.now + timedelta(minutes=10),
        offer_seconds=20,
        wrap_up_seconds=0,
    )
    world.answer("1" * 32)
    world.answer("2" * 32)
    together = threading.Barrier(2)
    heard = []

    def enters(uuid, queue):
        with transaction.atomic(durable=True):
            call = journal.locked(legs__uuid=uuid) or Call()
            together.wait(10)
            reply = overflow.admit(call, Enqueue("sales", queue.id), now=world.now)
            heard.append(reply[-1]["action"])

    callers = [
        beside(partial(enters, "1" * 32, sales)),
        beside(partial(enters, "2" * 32, support)),
    ]
    for caller in callers:
        caller.join()

    assert heard == ["talk", "talk"]


def never_named(world):
    """A leg whose dial had no reply, and a hang-up that waits for its uuid."""
    world.waits()
    Leg.objects.update(uuid=None)
    leg = Leg.objects.get()
    with transaction.atomic():
        outbox.hang_up(leg, now=world.now)
    return leg


@has_races
def test_giving_up_a_leg_without_a_uuid_waits_for_no_webhook_that_waits_for_it(world):
    """A webhook holds the call, then the leg, and withdraws what was to be asked about it."""
    leg = never_named(world)
    later = world.now + timedelta(seconds=60)
    is_in, go_on, errors = threading.Event(), threading.Event(), []

    def ends():
        with transaction.atomic(durable=True):
            call = journal.locked(id=leg.call_id) or leg.call
            Leg.objects.filter(id=leg.id).update(state="ended", ended_as="failed")
            is_in.set()
            go_on.wait(5)
            outbox.withdraw(call, now=later)

    def sends():
        try:
            sending.claim(now=later)
            sending.claim(now=later)
            sending.forget_nameless(now=later)
        except OperationalError as error:
            errors.append(error)

    door = beside(ends)
    is_in.wait(5)
    router = beside(sends)
    router.join(0.5)
    go_on.set()
    router.join()
    door.join()

    assert errors == []
    assert Instruction.objects.get().state == "cancelled"


def test_of_all_who_are_rung_and_answer_at_once_one_has_the_call(world, sales, crowd):
    Queue.objects.update(strategy=Strategy.RING_ALL)
    call = world.waits()
    world.route()
    rung = list(Offer.objects.select_related("leg", "agent"))
    assert len(rung) == 3

    def answers(offer):
        with transaction.atomic(durable=True):
            locked = journal.locked(id=call.id) or call
            return offers.accept(offers.pending_of(offer.leg) or offer, call=locked, now=world.now)

    won = all_at_once([partial(answers, offer) for offer in rung])

    assert won.count(True) == 1
    assert sorted(Offer.objects.values_list("state", flat=True)) == [
        "accepted",
        "rescinded",
        "rescinded",
    ]
