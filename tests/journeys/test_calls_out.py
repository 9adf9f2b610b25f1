"""Journeys of calls that agents make, proved by sound."""

import pytest

from tests.journeys.hearing import JANE, JOE, MUSIC, OUTSIDE, hear, hears
from tools.people import wait_until

HOME = "447700900051"

pytestmark = pytest.mark.usefixtures("dial_rules", "bystanders")


def test_janes_own_phone_rings_first_and_then_both_hear_each_other(agent, telephone):
    answered = telephone(HOME, "after 2s")
    jane = agent("jane").is_("available")

    begun = jane.calls({"number": HOME})

    assert begun["rings"]
    leg = jane.answers()
    wait_until(lambda: "ringback" in str(leg.now()["playing"]), "Jane hears it ring")
    phone = answered()
    hear((leg, OUTSIDE), (phone, JANE))
    jane.gets("hold")
    hears(phone, MUSIC)
    jane.gets("resume")
    hear((leg, OUTSIDE), (phone, JANE))
    phone.hang_up()
    leg.is_gone(within=3)
    wait_until(lambda: jane.me()["state"] == "wrap_up", "Jane has work to do after it")
    call = jane.call(jane.call_id)
    assert (call["direction"], call["outcome"]) == ("outbound", "answered")
    assert call["hung_up_by"] == "customer"


def test_a_busy_line_is_told_and_needs_no_wrap_up(agent, telephone):
    telephone(HOME, "busy")
    jane = agent("jane").is_("available")

    jane.calls({"number": HOME})

    leg = jane.answers()
    leg.has_heard_words("The line is busy.")
    leg.is_gone(within=5)
    wait_until(lambda: jane.me()["state"] != "busy", "the call is over")
    assert jane.me()["state"] == "available"
    call = jane.call(jane.call_id)
    assert (call["outcome"], call["hung_up_by"]) == ("not_reached", "system")
    assert call["answered_at"] is None


def test_jane_calls_joe_and_hangs_up(agent):
    jane, joe = agent("jane").is_("available"), agent("joe", tone=JOE).is_("available")

    jane.calls({"agent": "joe"})

    legs = jane.answers(), joe.answers()
    legs[1].has_heard_words("Jane calls you.")
    hear((legs[0], JOE), (legs[1], JANE))
    assert joe.call_id == jane.call_id
    legs[0].hang_up()
    legs[1].is_gone(within=3)
    for one in (jane, joe):
        one.becomes("available")
    assert jane.call(jane.call_id)["direction"] == "internal"


def test_a_number_that_the_rules_refuse_is_not_called(agent, sandbox):
    jane = agent("jane").is_("available")
    before = len(sandbox.live_legs())

    refused = jane.does("calls", to={"number": "449011234567"})

    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "refused_number")
    assert jane.me()["state"] == "available"
    assert len(sandbox.live_legs()) == before


def test_whom_jane_has_called_is_handed_on_and_not_forgotten(agent, telephone):
    answered = telephone(HOME)
    jane = agent("jane").is_("available")
    jane.calls({"number": HOME})
    leg, phone = jane.answers(), answered()
    hear((leg, OUTSIDE), (phone, JANE))

    agent("agent03", "reject").is_("available")
    jane.chooses_next("on_break", "lunch")
    jane.gets("transfer", kind="blind", to={"agent": "agent03"})
    leg.is_gone(within=3)

    phone.has_heard_words("Sorry, nobody can take your call")
    phone.is_gone(within=12)
    assert wait_until(lambda: jane.call(jane.call_id)["outcome"], "it is over")
