"""Two connections at once, at calls that go on; on a database that lets them."""

import threading
from contextlib import suppress

import pytest
from django.db import connection

from calls.models import Call, Command, Customer, Instruction
from calls.services import commands, customers, sending
from calls.services.customers import saving
from calls.tests.asking import ask, became
from calls.tests.parties import Talk
from calls.tests.test_races import beside
from tests.world import World

pytestmark = [
    pytest.mark.db,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite has one writer at a time: no race to lose"
    ),
]
SECOND = "d" * 32


def test_a_move_that_is_given_up_is_not_sent_at_the_same_moment(world, jane):
    world.available(jane)
    talk = Talk(world, jane)
    key = ask(world, "hold", talk.call, jane)
    Command.objects.update(give_up_at=world.now)
    orders: list[object] = []

    def in_between(execute, sql, params, many, context):
        """A sender comes just before the move is cancelled."""
        if not orders and sql.startswith("UPDATE") and "calls_instruction" in sql:
            orders.append("comes")
            beside(lambda: orders.append(sending.claim(now=world.now))).join(5)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(in_between):
        commands.give_up(now=world.now)

    assert orders == ["comes", None]
    assert became(key) == ("failed", "call_gone")
    assert Instruction.objects.get(command__key=key).state == "cancelled"


def test_two_agents_who_name_the_same_stranger_at_once_make_one_customer(
    world, jane, joe, monkeypatch
):
    world.available(jane)
    first = Talk(world, jane)
    world.available(joe)
    second = Talk(world, joe, uuid=SECOND)
    both, errors = threading.Barrier(2), []
    of = saving._of

    def slowly(call):
        """Both hold what they hold before either goes on."""
        with suppress(threading.BrokenBarrierError):
            both.wait(1)
        return of(call)

    def save(talk, name):
        try:
            customers.save(
                call_id=talk.call.id, agent_id=talk.main.id, actor=name, facts={"name": name},
                now=world.now,
            )  # fmt: skip
        except Exception as error:  # what it is, is what the test is about
            errors.append(error)

    monkeypatch.setattr(saving, "_of", slowly)
    threads = [
        beside(lambda: save(first, "Ruth")),
        beside(lambda: save(second, "Ruth Gold")),
    ]
    for thread in threads:
        thread.join(20)

    assert errors == []
    customer = Customer.objects.get()
    assert set(Call.objects.values_list("customer", flat=True)) == {customer.id}


def test_a_call_begins_while_its_customer_is_changed(world, jane, monkeypatch):
    """Its row refers to the customer's, which is no reason to wait."""
    customer = Customer.objects.create(key="ruth", name="Ruth")
    customer.numbers.create(number=World.CALLER)
    world.available(jane)
    talk = Talk(world, jane)
    of = saving._of
    began = []

    def meanwhile(call):
        found = of(call)
        beside(lambda: began.append(world.answer(SECOND))).join(2)
        return found

    monkeypatch.setattr(saving, "_of", meanwhile)

    customers.save(
        call_id=talk.call.id, agent_id=jane.id, actor="jane", facts={"note": "Kind."},
        now=world.now,
    )  # fmt: skip

    assert len(began) == 1
