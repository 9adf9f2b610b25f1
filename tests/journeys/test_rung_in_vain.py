"""Phones that nobody answers, all at once, for each rings for up to half a minute."""

import pytest

from tests.journeys.hearing import ADA, CUSTOMER, JANE, JOE, MUSIC, OUTSIDE, Listener, hear, hears
from tools.people import wait_until

WORK = "447700900052"


@pytest.fixture
def asking(talk, caller, agent):
    """Joe, who talks with a caller of his own; and the caller."""
    joe = agent("joe", tone=JOE).is_("available")
    customer = caller(presses="1", audio={"tone": OUTSIDE})
    hears(joe.answers(), OUTSIDE)
    return joe, customer


@pytest.mark.usefixtures("dial_rules")
def test_who_is_handed_on_returns_who_is_held_stays_and_who_calls_is_told(
    talk, asking, agent, telephone
):
    customer, jane, leg = talk
    joe, held = asking
    for name in ("agent03", "agent04"):
        agent(name, "never").is_("available")
    listener = Listener(customer)
    telephone(WORK, "never")
    calling = agent("agent05", tone=ADA).is_("on_break", "lunch")

    calling.calls({"number": WORK})
    joe.gets("consult", to={"agent": "agent04"})
    jane.hands_on(agent="agent03")
    hear((held, MUSIC), (customer, MUSIC))

    is_told_that_nobody_answers(calling)

    again = wait_until(lambda: jane.me()["call"] and jane.answers(), "Jane is back", within=30)
    hear((again, CUSTOMER), (customer, JANE))
    assert again.uuid != leg.uuid
    assert listener.longest_silence() < 1

    wait_until(lambda: not joe.me()["call"]["consult"], "nobody is consulted", within=25)
    assert "consult_failed" in joe.events()
    hears(held, MUSIC)
    joe.gets("resume")
    hears(held, JOE)


def is_told_that_nobody_answers(calling):
    """And has nothing to wrap up."""
    leg = calling.answers()
    leg.has_heard_words("No answer.")
    leg.is_gone(within=5)
    wait_until(lambda: calling.me()["state"] != "busy", "the call is over")
    assert calling.me()["state"] == "on_break"
    assert calling.call(calling.call_id)["outcome"] == "not_reached"
