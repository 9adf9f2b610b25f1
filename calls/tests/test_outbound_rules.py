"""The dial rules as agents meet them: each refusal names its rule, and nothing has happened."""

from datetime import time, timedelta

import pytest

from calls.errors import RefusedNumber
from calls.models import Call, CallEvent, Customer, CustomerNumber, DialRules, DoNotCall
from calls.services import outbound
from calls.tests.calling_out import (
    THEM,
    agents_leg,
    another,
    asks,
    calls,
    customer,
    ends,
    holds_phone,
    state_of,
    talks,
)
from calls.tests.doors import error
from ivr.models import Flow, Number
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def console(world, jane, janes):
    world.available(jane)
    holds_phone(world, jane)
    return janes


@pytest.fixture
def rules(db):
    return DialRules.objects.create(refused_prefixes="449\n4487", countries="44, 353")


def refused(world, client, to=THEM, **more):
    """What an agent is told; nothing has changed."""
    before = Call.objects.count(), CallEvent.objects.count()
    response = asks(world, client, to, **more)
    assert error(response) == (403, "refused_number")
    assert (Call.objects.count(), CallEvent.objects.count()) == before
    return response.json()["error"]["message"]


def begun_and_over(world, client):
    call = calls(world, client, uuid=another(Call.objects.count()))
    ends(world, customer(call), "busy")
    ends(world, agents_leg(call, call.agent))
    world.now += timedelta(seconds=2)


def test_a_country_that_may_not_be_called(world, console, rules):
    words = refused(world, console, "+33 1 23 45 67 89")

    assert words == "Calls to +33 are refused: only +353 and +44 may be called."


def test_without_a_list_the_countries_of_our_numbers_count(world, console):
    assert "only +44 may" in refused(world, console, "+353 1 234 5678")
    Number.objects.create(number="35312345678", flow=Flow.objects.get())

    assert asks(world, console, "+353 1 234 5679").status_code == 201


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("+44 0909 879 0000", "premium"),
        ("+44 07700 900001", "do-not-call"),
        ("+44 020 7946 0000", "one of our own"),
    ],
)
def test_no_rule_is_passed_by_a_zero_after_the_country(world, console, rules, written, rule):
    DoNotCall.objects.create(number="447700900001")

    assert rule in refused(world, console, written)


def test_a_premium_number(world, console, rules):
    words = refused(world, console, "0909 879 0000")

    assert words == "Calls to +44 9… are refused: premium and special ranges."


def test_a_number_on_the_do_not_call_list(world, console):
    DoNotCall.objects.create(number=THEM)

    assert refused(world, console) == "+44 7700 900 123 is on the do-not-call list."


def test_a_number_of_ours(world, console):
    assert "one of our own" in refused(world, console, World.MENU)


def test_more_calls_than_a_minute_allows(world, jane, console):
    DialRules.objects.create(per_minute=2)
    begun_and_over(world, console)
    begun_and_over(world, console)

    assert refused(world, console).startswith("You have begun 2 calls within a minute.")
    assert state_of(jane) == "available"
    world.now += timedelta(seconds=58)
    assert asks(world, console).status_code == 201


def test_more_calls_than_an_hour_allows(world, console):
    DialRules.objects.create(per_hour=1)
    begun_and_over(world, console)
    world.now += timedelta(minutes=58)
    holds_phone(world, Call.objects.get().agent)

    assert "within an hour" in refused(world, console)
    world.now += timedelta(minutes=2)
    assert asks(world, console).status_code == 201


def test_an_hour_at_which_nobody_is_called(world, console):
    DialRules.objects.create(not_before=time(11), not_after=time(20))  # it is ten

    assert refused(world, console) == (
        "It is or may be 10:00 where they are; calls are made from 11:00 to 20:00."
    )


def test_what_is_no_number_is_an_error_and_no_rule(world, console):
    for to in ("999", "Joe", "4" * 20, "+"):
        response = asks(world, console, to)
        assert error(response) == (400, "invalid")
        assert "country code" in response.json()["error"]["message"]


def test_the_caller_id_is_the_rules_own_or_one_of_ours(world, console):
    other = Number.objects.create(number="442079460099", flow=Flow.objects.get())
    DialRules.objects.create(caller_id=other)
    begun_and_over(world, console)
    asks(world, console, **{"from": World.MENU})

    shown = Call.objects.order_by("id").values_list("from_number", flat=True)
    assert list(shown) == ["442079460099", World.MENU]


def test_a_caller_id_that_is_not_ours(world, console):
    assert "number of ours" in refused(world, console, **{"from": "447700900999"})


def test_without_a_number_of_ours_nobody_is_called(world, console):
    Number.objects.all().delete()

    assert "no number of ours" in refused(world, console)


def test_what_is_brought_into_a_call_keeps_the_same_rules_but_the_hours(world, rules):
    DialRules.objects.update(not_before=time(11), not_after=time(12))

    assert outbound.rules.check("07700 900123") == THEM
    with pytest.raises(RefusedNumber):
        outbound.rules.check("+44 9098 790000")


def test_what_can_be_called_is_shown_with_the_rules(world, jane, console, rules):
    person = Customer.objects.create(key="k", name="Mary Miller")
    CustomerNumber.objects.create(customer=person, number=THEM)
    talks(world, console)

    shown = console.get("/api/dial").json()

    assert [(one["number"], one["name"], one["direction"]) for one in shown["recent"]] == [
        (THEM, "Mary Miller", "outbound")
    ]
    assert shown["caller_ids"] == [{"number": World.MENU, "label": None, "usual": True}]
    assert "Refused as premium and special ranges: +44 87…, +44 9…." in shown["rules"]


def test_only_agents_are_shown_it(world, ada, browser):
    assert error(browser(ada).get("/api/dial")) == (403, "not_allowed")
