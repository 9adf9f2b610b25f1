"""Two connections at once, on a database that lets them."""

import json
import threading

import pytest
from django.db import connection, connections

from calls.models import Call, Leg
from calls.services import budget, facts, outbox, sending

pytestmark = [
    pytest.mark.db,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite has one writer at a time: no race to lose"
    ),
]


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
