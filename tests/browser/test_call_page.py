"""The page of a call in a browser: its two views, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axed import faults
from tools.people import Agent, wait_until

SEED = {"SEED_WRAP_UP": "1", "SANDBOX_SPEECH": "tones"}


@pytest.fixture
def held(stack, sandbox, caller):
    """A call in which the caller was on hold; its id."""
    jane = Agent(stack, sandbox, "jane").behaves("after 0s").open_console()
    jane.is_("available")
    customer = caller("jane")
    jane.answers()

    def comes_to(state):
        wait_until(lambda: jane.call(jane.call_id)["state"] == state, f"the call is {state}")

    for command, state in (("hold", "held"), ("resume", "connected")):
        jane.gets(command)
        comes_to(state)
    customer.hang_up()
    comes_to("ended")
    jane.is_("offline").close_console()
    return jane.call_id


@pytest.fixture
def shown(stack, sandbox, page_of, held):
    """The page of that call, as somebody sees it."""

    def open_page(username, view=""):
        page = page_of()
        session = Agent(stack, sandbox, username).session
        page.context.add_cookies(
            [
                {"name": cookie.name, "value": cookie.value or "", "url": stack.web}
                for cookie in session.cookies
            ]
        )
        page.goto(f"{stack.web}/calls/{held}/{view}")
        return page

    return open_page


def tab(page, name):
    return page.get_by_role("tab", name=name)


def panel(page, name):
    return page.get_by_role("tabpanel", name=name)


def test_a_supervisor_turns_to_the_raw_events_and_back_by_keyboard(shown):
    page = shown("ada")
    expect(panel(page, "Overview")).to_contain_text("Was on hold for")
    expect(panel(page, "Raw events")).to_be_hidden()

    tab(page, "Overview").focus()
    page.keyboard.press("ArrowRight")

    expect(tab(page, "Raw events")).to_be_focused()
    expect(panel(page, "Raw events")).to_contain_text("/webhooks/answer")
    expect(panel(page, "Overview")).to_be_hidden()
    page.reload()
    expect(panel(page, "Raw events")).to_be_visible()
    page.keyboard.press("Tab")
    tab(page, "Raw events").focus()
    page.keyboard.press("ArrowLeft")
    expect(panel(page, "Overview")).to_be_visible()


def test_the_way_to_the_content_keeps_the_view(shown):
    page = shown("ada", "#events")

    page.get_by_role("link", name="Skip to content").press("Enter")

    expect(page).to_have_url(re.compile("#main$"))
    expect(panel(page, "Raw events")).to_be_visible()


def test_arrow_keys_with_another_key_turn_to_no_view(shown):
    page = shown("ada")

    for key in ("Control+ArrowRight", "Alt+ArrowRight", "Meta+ArrowRight"):
        tab(page, "Overview").press(key)

    expect(panel(page, "Overview")).to_be_visible()
    expect(tab(page, "Overview")).to_be_focused()


def test_an_agent_sees_one_view_of_their_call(shown):
    page = shown("jane")

    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    expect(page.get_by_role("tab")).to_have_count(0)
    expect(page.get_by_role("link", name="Console")).to_be_visible()


@pytest.mark.parametrize("view", ["#overview", "#events"])
def test_the_page_has_nothing_wrong_with_it(shown, view):
    assert faults(shown("ada", view)) == []
