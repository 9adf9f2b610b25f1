"""From log-in to the next call without a mouse."""

from playwright.sync_api import expect

from tests.browser.keys import Keyboard
from tools.pages import ConsolePage


def test_log_in_answer_mute_hang_up_outcome_and_next_call_by_keys_alone(stack, caller, page_of):
    jane = ConsolePage(page_of(1100), stack, "jane")
    keys = Keyboard(jane.page)

    _log_in_and_go_available(jane, keys)
    _take_a_call(jane, keys, caller(presses="1"))
    _mute_and_unmute(jane, keys)
    _end_it_and_say_what_came_of_it(jane, keys)

    caller(presses="1", audio={"tone": 900})
    jane.is_rung()
    keys.press("Alt+Shift+A")
    jane.hears(900)


def _log_in_and_go_available(jane, keys):
    jane.page.goto(f"{jane.stack.web}/login/")
    keys.is_on(jane.page.get_by_label("User name"))
    keys.type(jane.username)
    keys.press("Tab")
    keys.type(jane.password)
    keys.press("Enter")
    jane.has(view="preflight", phone="ready")
    keys.go_to(jane.button("Go available"))
    expect(jane.button("Go available")).not_to_have_attribute("aria-disabled", "true")
    keys.press("Enter")
    jane.has(agent_state="available")


def _take_a_call(jane, keys, customer):
    jane.is_rung()
    keys.go_to(jane.button("Accept"))
    keys.press("Enter")
    jane.has(view="call")
    jane.hears(700)
    customer.hears(1100)


def _mute_and_unmute(jane, keys):
    keys.is_on(jane.control("Mute"))
    keys.press("Space")
    keys.is_on(jane.control("Unmute"))
    keys.press("Space")
    keys.is_on(jane.control("Mute"))


def _end_it_and_say_what_came_of_it(jane, keys):
    keys.go_to(jane.button("End"))
    keys.press("Enter")
    jane.has(view="wrapup")
    outcomes = jane.page.get_by_role("radiogroup", name="Outcome").get_by_role("radio")
    keys.is_on(outcomes.first)
    keys.press("Space")
    expect(outcomes.first).to_be_checked()
    jane.says("Saved")
    keys.go_to(jane.button("Done, available"))
    keys.press("Enter")
    jane.has(agent_state="available")
