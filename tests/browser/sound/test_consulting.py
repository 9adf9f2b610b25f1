"""Consultations that come to something, and a conference of four."""

from tests.browser.hearing import hear
from tests.journeys.hearing import ADA, CUSTOMER, JANE, JOE, MUSIC, OUTSIDE, Listener
from tools.people import wait_until

HOME, HOME_SHOWN = "447700900071", "+44 7700 900 071"


def test_jane_consults_joe_swaps_merges_and_leaves_the_customer_to_him(jane, consulted, customer):
    joe = consulted
    jane.control("Swap").click()
    hear((customer, JANE), (jane, CUSTOMER), (joe, MUSIC))
    jane.control("Swap").click()
    hear((customer, MUSIC), (jane, JOE), (joe, JANE))

    jane.control("Merge").click()
    hear((customer, JANE, JOE), (jane, CUSTOMER, JOE), (joe, CUSTOMER, JANE))

    jane.button("Leave").click()
    jane.has(agent_state="wrap_up")
    hear((customer, JOE), (joe, CUSTOMER))
    joe.end()
    customer.is_gone(within=3)


def test_jane_completes_a_consultation_and_joe_has_the_customer(jane, consulted, customer):
    listener = Listener(customer)

    jane.control("Complete").click()

    jane.says("Joe has the caller now.")
    jane.has(agent_state="wrap_up")
    hear((customer, JOE), (consulted, CUSTOMER))
    assert listener.longest_silence() < 1
    customer.hang_up()
    consulted.has(agent_state="wrap_up")


def test_four_are_in_a_conference_and_jane_leaves_it(jane, customer, robot, telephone, sandbox):
    answered = telephone(HOME)
    third = robot("agent03", ADA)

    jane.adds("agent03")
    leg = third.answers()
    hear((jane, CUSTOMER, ADA), (leg, CUSTOMER, JANE), (customer, JANE, ADA))
    jane.adds(HOME_SHOWN)
    phone = answered()
    hear(
        (jane, CUSTOMER, ADA, OUTSIDE),
        (customer, JANE, ADA, OUTSIDE),
        (leg, CUSTOMER, JANE, OUTSIDE),
        (phone, CUSTOMER, JANE, ADA),
    )

    jane.button(f"Remove {HOME_SHOWN}").click()
    phone.is_gone(within=3)
    hear((customer, JANE, ADA))
    jane.button("Leave").click()
    jane.has(agent_state="wrap_up")
    hear((customer, ADA), (leg, CUSTOMER))
    customer.hang_up()
    wait_until(lambda: not sandbox.live_legs(), "all legs are gone")
