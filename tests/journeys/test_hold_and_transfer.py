"""Journeys of customers who are put on hold and handed on, proved by sound."""

from tests.journeys.hearing import (
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

HOME = "447700900061"
SHORT = 1.0  # seconds in which nothing is heard, as somebody is moved


def test_on_hold_there_is_music_for_the_customer_and_silence_for_jane(talk):
    customer, jane, leg = talk

    jane.gets("hold")

    hears(customer, MUSIC)
    hears_nothing(leg)
    again = jane.asks("hold")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "call_gone")

    jane.open_console().command("resume", call=jane.call_id)

    hear((customer, JANE), (leg, CUSTOMER))

    jane.gets("hold")
    hears(customer, MUSIC)
    customer.hang_up()
    leg.is_gone(within=3)
    call = jane.call(jane.call_id)
    assert (call["outcome"], call["hung_up_by"]) == ("answered", "customer")


def test_a_customer_is_handed_on_to_a_queue_a_menu_a_colleague_and_a_number(
    talk, joe, telephone, ada_sees
):
    customer, jane, _ = talk
    listener = Listener(customer)

    joe.is_("available")
    jane.chooses_next("on_break", "lunch")
    jane.hands_on(queue="Support")
    hear((joe.answers(), CUSTOMER), (customer, JOE))
    assert joe.call(joe.call_id)["queue"] == "Support"

    jane.is_("available")
    joe.chooses_next("on_break", "lunch")
    joe.hands_on(flow="Menu")
    wait_until(
        lambda: sum("Welcome." in text for text in customer.now()["spoken"]) == 2,
        "the menu is spoken again",
    )
    customer.press("1")
    hear((jane.answers(), CUSTOMER), (customer, JANE))

    joe.is_("available")
    jane.hands_on(agent="joe")
    hear((joe.answers(), CUSTOMER), (customer, JOE))

    answered = telephone(HOME, "after 2s")
    joe.hands_on(number=HOME)
    hears(customer, MUSIC)
    phone = answered()
    hear((phone, CUSTOMER), (customer, OUTSIDE))
    assert listener.longest_silence() < SHORT
    phone.hang_up()
    customer.is_gone(within=5)
    ada_sees(customer, "ended")


def test_a_colleague_who_declines_sends_the_customer_back_to_jane_or_to_the_queue(
    talk, agent, ada_sees
):
    customer, jane, _ = talk
    joe = agent("joe", "never").open_console().is_("available")
    listener = Listener(customer)

    jane.hands_on(agent="joe")
    wait_until(lambda: joe.rung, "Joe is rung")
    wait_until(lambda: jane.me()["state"] == "available", "Jane is free again")
    hears(customer, MUSIC)
    joe.command("decline", offer=joe.rung[-1]["id"])

    leg = jane.answers()
    hear((leg, CUSTOMER), (customer, JANE))
    assert "transfer_returned" in jane.events()

    joe.close_console()
    joe.is_("offline")
    agent("agent03", "reject").is_("available")
    jane.chooses_next("on_break", "lunch")
    jane.hands_on(agent="agent03")
    hears(customer, MUSIC)
    call = ada_sees(customer, "queued")
    assert call["queue"] == "Sales"
    assert listener.longest_silence() < SHORT

    jane.is_("available")
    jane.answers()
    hears(customer, JANE)


def test_a_customer_who_hangs_up_while_being_handed_on_rings_nobody_any_more(talk, agent, ada_sees):
    customer, jane, _ = talk
    joe = agent("joe", "never").open_console().is_("available")
    jane.hands_on(agent="joe")
    wait_until(lambda: joe.rung, "Joe is rung")

    customer.hang_up()

    ada_sees(customer, "ended")
    wait_until(lambda: joe.me()["state"] == "available", "Joe is free")
