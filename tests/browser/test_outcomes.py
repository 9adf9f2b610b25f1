"""Five ways in which an offer comes to nothing; each is told from the others."""

import pytest

from tools.people import wait_until

SEED = {"SEED_OFFER": "6"}


@pytest.fixture
def customer(jane, caller):
    """A caller whom Jane is rung for."""
    customer = caller(presses="1")
    jane.is_rung()
    return customer


def offer_of(root_sees, customer):
    """State and cause of what Jane was offered first, once the caller has gone."""
    customer.hang_up()
    offer = root_sees(customer)["offers"][0]
    return offer["state"], offer["cause"]


def test_nobody_answers(jane, customer, root_sees):
    jane.has(view="missed", agent_state="missed")

    assert offer_of(root_sees, customer) == ("missed", None)
    jane.button("I am back").click()
    jane.has(agent_state="available")


def test_jane_declines(jane, customer, root_sees):
    jane.decline()

    jane.has(view="available", agent_state="available")
    assert offer_of(root_sees, customer) == ("declined", None)


def test_the_microphone_is_denied(jane, customer, root_sees, stack):
    jane.page.context.clear_permissions()

    jane.accept()

    jane.has(view="break", agent_state="on_break")
    jane.says("microphone")
    assert offer_of(root_sees, customer) == ("failed", "media")


def test_the_tab_is_closed(jane, customer, root_sees, sandbox):
    jane.page.close()

    wait_until(lambda: len(sandbox.live_legs()) == 1, "Jane is no longer rung", within=20)
    assert offer_of(root_sees, customer) == ("failed", "unreachable")


def test_the_caller_gives_up(jane, customer, root_sees):
    assert offer_of(root_sees, customer) == ("rescinded", None)

    jane.has(view="available", agent_state="available")
