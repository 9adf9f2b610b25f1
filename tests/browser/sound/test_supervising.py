"""Jane coaches Joe: heard by nobody, by Joe alone, by everybody; and then the call is hers."""

import pytest

from tests.browser.hearing import hear
from tests.journeys.hearing import ADA, CUSTOMER, JANE, JOE, MUSIC, Listener


@pytest.fixture
def joe(console):
    return console("joe").go_available()


@pytest.fixture
def customer(joe, caller):
    """A caller in conversation with Joe."""
    customer = caller(presses="1", audio={"tone": CUSTOMER})
    joe.answers()
    return customer


@pytest.fixture
def coach(console, customer):
    """Jane, who listens to Joe's call."""
    jane = console("jane").go_available()
    jane.button("Listen, Joe").click()
    jane.has(view="coach")
    return jane


def test_jane_listens_to_joe_whispers_barges_in_and_leaves(coach, joe, customer):
    hear((coach, CUSTOMER, JOE), (joe, CUSTOMER), (customer, JOE))

    coach.coaches("Whisper")
    hear((joe, CUSTOMER, JANE), (customer, JOE), (coach, CUSTOMER, JOE))

    coach.coaches("Barge in")
    hear((customer, JOE, JANE), (joe, CUSTOMER, JANE), (coach, CUSTOMER, JOE))

    coach.coaches("Listen")
    hear((customer, JOE), (joe, CUSTOMER), (coach, CUSTOMER, JOE))

    coach.button("Leave").click()
    coach.has(agent_state="available")
    hear((customer, JOE), (joe, CUSTOMER))


def test_jane_takes_the_call_over_from_joe(coach, joe, customer):
    hear((coach, CUSTOMER, JOE), (customer, JOE))

    coach.coaches("Take over")
    coach.page.locator("#ask-yes").click()

    coach.has(view="call", agent_state="busy")
    joe.has(agent_state="wrap_up")
    joe.says("Jane has taken this call over from you.")
    hear((customer, JANE), (coach, CUSTOMER))
    joe.hears_nothing()
    coach.end()
    coach.has(agent_state="wrap_up")
    customer.is_gone(within=3)


def test_who_whispers_is_heard_by_whomever_joe_consults_and_hands_the_call_to(
    coach, joe, customer, robot
):
    to_customer = Listener(customer)
    coach.coaches("Whisper")
    hear((joe, CUSTOMER, JANE), (customer, JOE))
    third = robot("agent03", ADA)

    joe.consults("agent03")
    leg = third.answers()
    hear((customer, MUSIC), (joe, ADA, JANE), (leg, JOE, JANE), (coach, JOE, ADA))
    joe.control("Complete").click()

    joe.has(agent_state="wrap_up")
    hear((customer, ADA), (leg, CUSTOMER, JANE), (coach, CUSTOMER, ADA))
    coach.says("agent03 hears you, the caller does not.")
    to_customer.never_heard(JANE)


def test_who_whispers_is_let_go_when_joe_hands_the_caller_on(coach, joe, customer, robot):
    to_customer = Listener(customer)
    coach.coaches("Whisper")
    hear((joe, CUSTOMER, JANE), (customer, JOE))
    third = robot("agent03", ADA)

    joe.transfers("agent03")

    leg = third.answers()
    hear((customer, ADA), (leg, CUSTOMER))
    coach.has(view="available", agent_state="available")
    coach.hears_nothing()
    to_customer.never_heard(JANE)


def test_jane_coaches_after_a_call_of_her_own(console, caller):
    jane = console("jane").go_available()
    first = caller(presses="1", audio={"tone": CUSTOMER})
    jane.answers()
    first.hang_up()
    jane.has(agent_state="wrap_up")
    joe = console("joe").go_available()
    customer = caller(presses="1", audio={"tone": CUSTOMER})
    joe.answers()
    jane.is_done()

    jane.button("Listen, Joe").click()

    jane.has(view="coach")
    hear((jane, CUSTOMER, JOE), (joe, CUSTOMER), (customer, JOE))
