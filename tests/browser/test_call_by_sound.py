"""A call at the console, proved by what each side hears."""

import pytest

from tools.people import wait_until


@pytest.fixture
def customer(jane, caller):
    """A caller in conversation with Jane."""
    customer = caller(presses="1")
    jane.answers()
    jane.hears(700)
    customer.hears(1100)
    return customer


def is_silent(party):
    return party.now()["heard"]["rms"] < 0.001


def test_jane_and_the_caller_hear_each_other(jane, customer):
    sound = jane.sound(700, 1100)

    spoken, own_voice = sound["levels"]
    assert spoken - own_voice > 30


def test_while_muted_jane_is_heard_by_nobody_and_hears_on(jane, customer):
    jane.mute()

    wait_until(lambda: is_silent(customer), "the caller hears nothing", seen=customer.now)
    jane.hears(700)
    jane.unmute()
    customer.hears(1100)


def test_keys_reach_the_far_end(jane, customer, sandbox):
    jane.press("12#")

    wait_until(
        lambda: keys_sent(sandbox) == "12#", "the keys are sent", seen=lambda: keys_sent(sandbox)
    )


def keys_sent(sandbox):
    bodies = [row["body"] for row in sandbox.get("requests") if isinstance(row["body"], dict)]
    return "".join(body["body"]["digit"] for body in bodies if body.get("type") == "audio:dtmf")


def test_jane_ends_the_call(jane, customer, root_sees, sandbox):
    jane.end()

    wait_until(lambda: not sandbox.live_legs(), "all legs are gone", within=2)
    assert root_sees(customer)["hung_up_by"] == "agent"
    jane.has(view="wrapup", agent_state="wrap_up")


def test_the_caller_hangs_up(jane, customer, root_sees, sandbox):
    customer.hang_up()

    wait_until(lambda: not sandbox.live_legs(), "all legs are gone", within=2)
    assert root_sees(customer)["hung_up_by"] == "customer"
    jane.has(view="wrapup", agent_state="wrap_up")


def test_after_the_call_jane_says_what_came_of_it_and_takes_the_next(
    jane, customer, caller, root_sees
):
    customer.hang_up()
    jane.has(view="wrapup")

    jane.writes("Wants a quote.")
    jane.chooses_outcome("Interested")
    jane.says("Saved")
    jane.is_done()

    caller(presses="1", audio={"tone": 900})
    jane.answers()
    jane.hears(900)
