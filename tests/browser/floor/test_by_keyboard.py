"""The floor without a mouse: every act, and where the focus is after it."""

import pytest
from playwright.sync_api import expect

from tests.browser.floor.reading import bar_of, button, says_of_me
from tests.browser.keys import Keyboard
from tools.floor_rows import agent, supervising, waiting


@pytest.fixture
def keys(busy):
    return Keyboard(busy.page)


def opener(told, number):
    return told.floor.row("waiting", number).get_by_role("button")


def test_a_caller_is_assigned_and_the_focus_comes_back(busy, keys):
    keys.go_to(opener(busy, "900 101"))
    keys.press("Enter")
    keys.is_on(busy.floor.details.get_by_label("Assign to"))

    keys.press("Tab", "Enter")

    busy.floor.says("+44 7700 900 101 is offered to Hannah.")
    expect(busy.floor.details).to_have_count(0)
    keys.is_on(opener(busy, "900 101"))


def test_a_caller_is_moved(busy, keys):
    keys.go_to(opener(busy, "900 101"))
    keys.press("Enter")
    keys.go_to(busy.floor.details.get_by_label("Move to"))
    keys.type("Sales")

    keys.press("Tab", "Enter")

    busy.floor.says("+44 7700 900 101 waits in Sales now.")
    keys.is_on(opener(busy, "900 101"))


def test_a_caller_who_is_gone_meanwhile_does_not_take_the_focus_along(busy, keys):
    keys.go_to(opener(busy, "900 101"))
    keys.press("Enter")

    busy.changes(gone={"waiting": [101]})

    expect(busy.floor.row("waiting", "900 101")).to_have_count(0)
    keys.is_on(busy.page.get_by_role("region", name="Waiting calls"))


def test_an_agents_state_is_set(busy, keys):
    keys.go_to(button(busy, "Set state, Ines"))
    keys.press("Enter")
    keys.is_on(busy.floor.details.get_by_role("button", name="Available"))

    keys.press("Tab", "Space")

    busy.floor.says("Ines: break: lunch.")
    keys.is_on(busy.floor.details.get_by_role("button", name="Break: lunch"))
    keys.press("Escape")
    keys.is_on(button(busy, "Set state, Ines"))


def test_the_work_after_a_call_is_ended_where_the_button_then_is_another(busy, keys):
    keys.go_to(button(busy, "End after-call work, Hannah"))
    keys.press("Enter")
    busy.floor.says("The after-call work of Hannah is over.")

    busy.changes(agents=[agent(8, "Hannah", "available", 1)])

    keys.is_on(button(busy, "Set state, Hannah"))


def test_a_call_that_hangs_is_ended(busy, keys):
    end = busy.floor.row("calls", "900 210").get_by_role("button")
    keys.go_to(end)
    keys.press("Enter")
    keys.is_on(button(busy, "Keep it as it is"))
    keys.press("Enter")
    keys.is_on(end)
    assert busy.asked == []

    keys.press("Enter", "Tab", "Enter")
    busy.floor.says("The call of +44 7700 900 210 was ended.")
    busy.changes(gone={"calls": [210]})

    expect(busy.floor.row("calls", "900 210")).to_have_count(0)
    keys.is_on(busy.page.get_by_role("region", name="Calls going on"))


def test_a_new_alert_leaves_the_focus_on_the_one_before(busy, keys):
    show = button(busy, "Show agent: Gareth: Lunch is over its time")
    keys.go_to(show)
    one, *others = busy.picture["alerts"]

    busy.changes(alerts=[one | {"key": "crowd:9", "text": "Sales: too many wait"}, one, *others])
    expect(busy.page.locator("#alerts").get_by_text("Sales: too many wait")).to_be_visible()
    keys.is_on(show)
    busy.changes(alerts=[])

    expect(show).to_have_count(0)
    keys.is_somewhere()


def test_a_message_that_is_closed_gives_the_focus_to_the_next_and_then_back(busy, keys):
    button(busy, "Set state, Ines").click()
    for state, said in [("Available", "available"), ("Break: lunch", "break: lunch")]:
        busy.floor.details.get_by_role("button", name=state).click()
        busy.floor.says(f"Ines: {said}.")
    closing = button(busy, "Close this message")
    keys.go_to(closing.first)

    keys.press("Enter")
    keys.is_on(closing)
    keys.press("Enter")

    expect(closing).to_have_count(0)
    keys.is_somewhere()


def test_a_call_is_supervised_and_left(busy, keys):
    keys.go_to(busy.page.get_by_role("button", name="Whisper, Dev", exact=True))
    says_of_me(busy, supervision=supervising(210, "whisper"))
    bar = bar_of(busy)
    expect(bar).to_be_visible()
    keys.is_on(button(busy, "You whisper to Dev. Stop"))
    bar.get_by_role("button", name="Leave").focus()

    keys.press("Enter")
    says_of_me(busy, supervision=None)

    expect(bar).to_be_hidden()
    keys.is_somewhere()
    assert busy.asked == [("POST", "/api/calls/210/leave", {})]


def test_who_begins_to_wait_is_put_beside_whoever_is_being_helped(busy, keys):
    keys.go_to(opener(busy, "900 102"))
    keys.press("Enter")
    keys.go_to(busy.floor.details.get_by_label("Priority"))

    busy.changes(waiting=[waiting(120, "Support", 300, priority=9)])

    expect(busy.floor.row("waiting", "900 120")).to_be_visible()
    keys.is_on(busy.floor.details.get_by_label("Priority"))
