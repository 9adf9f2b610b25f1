"""Faults planted in the services: each is caught by some seed, and soon."""

import itertools
from contextlib import nullcontext
from unittest.mock import patch

import pytest
from django.core.management import call_command

from calls.models import Call, Instruction
from calls.services import facts, journal
from calls.services.sending import claiming
from contactcenter.prepared import Prepared, given
from tests.sim.scenario import Scenario
from tests.sim.services import process
from tests.sim.services.run import Run

# Many days may pass until the fault shows.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
SEEDS = 50


def caught(fault, seeds=SEEDS):
    """The first seed that shows the fault."""
    for seed in range(seeds):
        try:
            with fault():
                Run(Scenario.make(seed, calls=20)).play()
        except AssertionError:
            return seed
        finally:
            call_command("flush", interactive=False, verbosity=0)
    return None


def test_webhooks_that_are_taken_twice_are_caught():
    names = (f"{number:064}" for number in itertools.count())

    assert (
        caught(lambda: patch.object(facts.Webhook, "digest", property(lambda self: next(names))))
        is not None
    )


def test_instructions_that_are_not_claimed_are_caught():
    claim = claiming._claim

    def unclaimed(**given):
        order = claim(**given)
        if order:
            Instruction.objects.filter(id=order.id).update(state=Instruction.State.WAITING)
        return order

    assert caught(lambda: patch.object(claiming, "_claim", unclaimed)) is not None


def test_an_outbox_out_of_order_is_caught():
    waiting = Instruction.objects.filter(state=Instruction.State.WAITING, due_at__lte=given("now"))
    latest_first = Prepared(lambda: waiting.order_by("-id").values_list("id")[:20])
    wrong = dict.fromkeys((True, False), latest_first)

    assert caught(lambda: patch.object(claiming, "HEADS", wrong)) is not None


def test_writers_who_saw_an_older_version_are_caught(monkeypatch):
    monkeypatch.setattr(process, "STALE", 1.0)  # every read that can be behind is
    write = journal._next

    def unchecked(call, kind, **given):
        call.version = Call.objects.values_list("version", flat=True).get(id=call.id)
        return write(call, kind, **given)

    seed = caught(lambda: patch.object(journal, "_next", unchecked))

    assert seed is not None
    assert caught(nullcontext, seeds=seed + 1) is None
