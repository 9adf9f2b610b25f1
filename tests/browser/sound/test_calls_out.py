"""Calls that Jane makes: answered, busy, unanswered, ended too early, and to a colleague."""

import pytest

from tests.browser.hearing import hear
from tests.journeys.hearing import JANE, JOE, MUSIC, OUTSIDE
from tools.people import wait_until

RINGBACK = 425  # hertz
HOME, HOME_SHOWN = "447700900061", "+44 7700 900 061"
WORK, WORK_SHOWN = "447700900062", "+44 7700 900 062"

pytestmark = pytest.mark.usefixtures("dial_rules")


def test_jane_calls_a_number_and_both_hear_each_other(jane, telephone):
    answered = telephone(HOME, "after 2s")
    jane.opens_dialling()
    jane.dials(HOME)

    jane.says("Calling, it rings")
    phone = answered()
    hear((jane, OUTSIDE), (phone, JANE))
    jane.holds()
    hear((phone, MUSIC))
    jane.resumes()
    hear((jane, OUTSIDE), (phone, JANE))
    phone.hang_up()

    jane.has(view="wrapup", agent_state="wrap_up")


def test_jane_reaches_nobody_and_has_nothing_to_do_after_it(jane, telephone, sandbox):
    telephone(HOME, "busy")
    telephone(WORK, "never")

    jane.opens_dialling()
    jane.dials(HOME)
    jane.says(f"The line was busy: {HOME_SHOWN}.")
    jane.has(agent_state="available", view="available")

    jane.opens_dialling()
    jane.dials(WORK)
    jane.says("Calling, it rings")
    wait_until(lambda: is_rung(sandbox, WORK), "the phone rings")
    jane.end()

    jane.has(agent_state="available", view="available")
    wait_until(lambda: not sandbox.live_legs(), "nothing rings any more")


def is_rung(sandbox, number):
    return any(leg["number"] == number for leg in sandbox.live_legs())


def test_jane_lets_it_ring_until_it_is_known_that_nobody_answers(jane, telephone, sandbox):
    telephone(WORK, "never")
    jane.opens_dialling()
    jane.dials(WORK)
    jane.hears(RINGBACK)

    jane.says(f"Nobody answered: {WORK_SHOWN}.")
    jane.has(agent_state="available", view="available")
    wait_until(lambda: not sandbox.live_legs(), "all legs are gone")


def test_jane_calls_joe(jane, joe):
    joe.go_available()
    jane.opens_dialling()
    jane.calls_colleague("Joe")

    joe.answers()
    hear((jane, JOE), (joe, JANE))
    jane.end()

    for one in (jane, joe):
        one.has(agent_state="available")
