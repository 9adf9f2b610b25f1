"""Journeys of consultations and conferences, proved by sound."""

from tests.journeys.hearing import (
    ADA,
    CUSTOMER,
    JANE,
    JOE,
    MUSIC,
    OUTSIDE,
    Listener,
    hear,
    hears,
    hears_nothing,
)
from tools.people import wait_until

HOME = "447700900071"


def consults_joe(talk, joe):
    """Jane and Joe talk, and the customer has music; Joe's leg."""
    customer, jane, leg = talk
    joe.is_("available")
    jane.gets("consult", to={"agent": "joe"})
    joes = joe.answers()
    joes.has_heard_words("Jane has a customer")
    hear((customer, MUSIC), (leg, JOE), (joes, JANE))
    return joes


def test_jane_consults_joe_swaps_merges_and_leaves_the_customer_to_him(talk, joe):
    customer, jane, leg = talk
    to_customer = Listener(customer)
    joes = consults_joe(talk, joe)
    to_joe = Listener(joes)

    jane.gets("swap")
    hear((customer, JANE), (leg, CUSTOMER), (joes, MUSIC))
    assert jane.me()["call"]["consult"]["state"] == "aside"

    jane.gets("swap")
    hear((customer, MUSIC), (leg, JOE), (joes, JANE))
    to_customer.never_heard(JOE)
    to_joe.never_heard(CUSTOMER)

    jane.gets("merge")
    hear((customer, JANE, JOE), (leg, CUSTOMER, JOE), (joes, CUSTOMER, JANE))

    jane.gets("complete")
    leg.is_gone(within=3)
    hear((customer, JOE), (joes, CUSTOMER))
    assert to_customer.longest_silence() < 1
    assert joe.me()["call"]["mine"]
    wait_until(lambda: jane.me()["state"] == "available", "Jane is free after her wrap-up")
    joe.gets("end")
    customer.is_gone(within=3)


def test_jane_completes_at_once_and_the_customer_never_hears_silence(talk, joe):
    customer, jane, leg = talk
    listener = Listener(customer)
    joes = consults_joe(talk, joe)

    jane.gets("complete")

    leg.is_gone(within=3)
    hear((customer, JOE), (joes, CUSTOMER))
    assert listener.longest_silence() < 1
    customer.hang_up()
    joes.is_gone(within=3)
    assert joe.call(joe.call_id)["hung_up_by"] == "customer"


def test_a_consultation_is_declined_cancelled_and_ended_by_the_customer(talk, joe, agent):
    customer, jane, leg = talk
    joe.behaves("reject").is_("available")
    jane.gets("consult", to={"agent": "joe"})
    wait_until(lambda: not jane.me()["call"]["consult"], "Joe has declined")
    hears(customer, MUSIC)
    hears_nothing(leg)
    assert jane.me()["call"]["state"] == "held"
    jane.gets("resume")
    hears(customer, JANE)

    third = agent("agent03", tone=JOE)
    thirds = consults_agent(talk, third)
    jane.gets("cancel")
    thirds.is_gone(within=3)
    hear((customer, JANE), (leg, CUSTOMER))

    wait_until(lambda: third.me()["state"] == "available", "the colleague is free at once")
    thirds = consults_agent(talk, third)
    customer.hang_up()
    hear((leg, JOE), (thirds, JANE))
    leg.hang_up()
    thirds.is_gone(within=3)
    for one in (jane, third):
        one.becomes("available")


def consults_agent(talk, one):
    _, jane, leg = talk
    one.is_("available")
    jane.gets("consult", to={"agent": one.username})
    hears(leg, JOE)
    return one.answers()


def test_when_jane_drops_out_joe_has_the_customer(talk, joe):
    customer, jane, leg = talk
    joes = consults_joe(talk, joe)

    leg.hang_up()

    hear((customer, JOE), (joes, CUSTOMER))
    assert joe.me()["call"]["mine"]
    wait_until(lambda: jane.me()["call"] is None, "Jane is out of it")


def test_when_both_drop_out_the_customer_waits_again_and_reaches_somebody(talk, joe, agent):
    customer, jane, leg = talk
    joes = consults_joe(talk, joe)
    enqueued_at = jane.call(jane.call_id)["enqueued_at"]

    leg.lose()
    joes.lose()

    customer.has_heard_words("We have lost the connection")
    third = agent("agent03", tone=ADA).is_("available")
    thirds = third.answers()
    hear((customer, ADA), (thirds, CUSTOMER))
    assert third.call(third.call_id)["enqueued_at"] == enqueued_at


def test_a_number_is_consulted_and_then_talks_to_the_customer_too(talk, telephone):
    customer, jane, leg = talk
    answered = telephone(HOME)
    to_customer = Listener(customer)

    jane.gets("consult", to={"number": HOME})
    phone = answered()
    hear((leg, OUTSIDE), (phone, JANE), (customer, MUSIC))

    jane.gets("swap")
    hear((customer, JANE), (phone, MUSIC))
    to_customer.never_heard(OUTSIDE)

    jane.gets("merge")
    hear((customer, JANE, OUTSIDE), (phone, CUSTOMER, JANE))

    jane.gets("complete")
    leg.is_gone(within=3)
    hear((customer, OUTSIDE), (phone, CUSTOMER))
    phone.hang_up()
    customer.is_gone(within=5)


def test_a_conference_of_four_of_whom_one_leaves_and_one_is_let_go(talk, joe, telephone):
    customer, jane, leg = talk
    answered = telephone(HOME)
    joe.is_("available")

    jane.gets("add", to={"agent": "joe"})
    jane.gets("add", to={"number": HOME})
    joes, phone = joe.answers(), answered()

    hear(
        (customer, JANE, JOE, OUTSIDE),
        (leg, CUSTOMER, JOE, OUTSIDE),
        (joes, CUSTOMER, JANE, OUTSIDE),
        (phone, CUSTOMER, JANE, JOE),
    )

    joe.gets("end")
    joes.is_gone(within=3)
    hear((customer, JANE, OUTSIDE), (phone, CUSTOMER, JANE))

    parties = jane.me()["call"]["parties"]
    jane.gets("remove", leg=next(one["leg"] for one in parties if one["number"] == HOME))
    phone.is_gone(within=3)
    hear((customer, JANE), (leg, CUSTOMER))
    jane.gets("end")
    customer.is_gone(within=3)
