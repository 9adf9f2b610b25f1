"""A page that is loaded again, and a second one: the call goes on."""

import threading
import time

import pytest
from playwright.sync_api import expect

from tools.pages import ConsolePage
from tools.people import wait_until


@pytest.fixture
def customer(jane, caller):
    customer = caller(presses="1")
    jane.answers()
    jane.hears(700)
    customer.hears(1100)
    return customer


@pytest.fixture
def watched(customer):
    """Where the caller is and what is played to them, looked at all the time."""
    seen, over = set(), threading.Event()

    def look():
        while not over.is_set():
            now = customer.now()
            seen.add((now["conversation"], now["playing"]))
            over.wait(0.05)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    yield seen
    over.set()
    thread.join()


def hears_now(party, hz):
    heard = party.now()["heard"]
    return heard["peak_hz"] is not None and abs(heard["peak_hz"] - hz) <= 10 and heard["rms"] > 0.02


def test_a_reload_brings_the_sound_back_and_the_caller_never_leaves_the_room(
    jane, customer, watched
):
    room = customer.now()["conversation"]
    began = time.monotonic()

    jane.page.reload()

    jane.hears(700, within=5)
    left = 5 - (time.monotonic() - began)
    wait_until(
        lambda: hears_now(customer, 1100), "the caller hears Jane", within=left, seen=customer.now
    )
    jane.has(view="call", phone="ready")
    assert watched == {(room, None)}


def test_a_second_tab_looks_on_and_takes_the_call_over(jane, customer, watched, stack):
    room = customer.now()["conversation"]
    second = ConsolePage(jane.page.context.new_page(), stack, "jane")
    second.page.goto(f"{stack.web}/console/")
    second.has(
        phone="elsewhere", call_state=jane.page.locator("body").get_attribute("data-call-state")
    )
    jane.hears(700)

    second.takes_over()

    second.hears(700)
    customer.hears(1100)
    jane.has(phone="elsewhere")
    jane.hears_nothing()
    assert watched == {(room, None)}


def test_a_call_that_was_muted_is_taken_over_not_muted_and_is_heard(jane, customer, stack):
    jane.mute()
    wait_until(
        lambda: customer.now()["heard"]["rms"] < 0.001,
        "the caller hears nothing",
        seen=customer.now,
    )
    second = ConsolePage(jane.page.context.new_page(), stack, "jane")
    second.page.goto(f"{stack.web}/console/")

    second.takes_over()

    second.hears(700)
    expect(second.control("Mute")).to_have_attribute("aria-pressed", "false")
    customer.hears(1100)


def test_the_tab_that_was_left_takes_it_back(jane, customer, stack):
    second = ConsolePage(jane.page.context.new_page(), stack, "jane")
    second.page.goto(f"{stack.web}/console/")
    second.takes_over()
    second.hears(700)

    jane.takes_over()

    jane.hears(700)
    second.hears_nothing()
    customer.hears(1100)


@pytest.fixture
def ringing(jane, caller):
    """A caller for whom Jane is being rung."""
    customer = caller(presses="1")
    jane.is_rung()
    return customer


def test_a_reload_while_it_rings_can_still_answer(jane, ringing):
    jane.page.reload()

    jane.answers()
    jane.hears(700)
    ringing.hears(1100)


def test_a_second_tab_that_takes_over_while_it_rings_can_answer(jane, ringing, stack):
    second = ConsolePage(jane.page.context.new_page(), stack, "jane")
    second.page.goto(f"{stack.web}/console/")
    second.takes_over()

    second.answers()
    second.hears(700)
    ringing.hears(1100)
    jane.hears_nothing()
