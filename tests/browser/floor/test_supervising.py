"""The call that a supervisor is in: its bar, and its sound."""

from playwright.sync_api import expect

from tests.browser.floor.reading import bar_of, button, says_of_me
from tools.floor_rows import afternoon, agent, ago, supervising, taken


def test_a_supervision_in_another_window_can_be_left_here(busy):
    says_of_me(busy, supervision=supervising(210, "whisper"))
    bar = bar_of(busy)
    expect(bar).to_contain_text("Whispering to Dev, in another window of yours")

    bar.get_by_role("button", name="Leave").click()
    expect(bar).to_contain_text("You are leaving the call")
    says_of_me(busy, supervision=None)

    expect(bar).to_be_hidden()
    assert busy.asked == [("POST", "/api/calls/210/leave", {})]


def test_a_call_that_was_taken_over_has_its_bar_wherever_the_floor_is_opened(busy):
    says_of_me(busy, call=taken())
    bar = bar_of(busy)
    expect(bar).to_contain_text("The call is yours, in another window of yours")
    expect(bar.get_by_role("button", name="Bring it here")).to_be_visible()
    expect(bar.get_by_role("button", name="Leave")).to_be_hidden()
    expect(bar).to_contain_text("1:0")

    bar.get_by_role("button", name="End", exact=True).click()

    busy.floor.says("The call is over.")
    assert busy.asked == [("POST", "/api/calls/210/end", {})]
    says_of_me(busy, call=None, wrap_up_until=ago(-30))
    expect(bar).to_be_hidden()


def test_an_ordinary_call_of_mine_has_no_bar_on_the_floor(busy):
    says_of_me(busy, call=taken(kind="call"))
    busy.changes(agents=[agent(9, "Ines", "offline", 1)])
    expect(busy.floor.row("agents", "Ines")).to_contain_text("Offline")

    expect(bar_of(busy)).to_be_hidden()


def test_who_is_still_being_connected_can_leave(busy):
    busy.answers("/api/commands/c1", 200, {"state": "pending", "error": None})
    bar = bar_of(busy)
    with busy.page.expect_request("**/api/calls/210/supervise"):
        busy.page.get_by_role("button", name="Listen, Dev").click()
        expect(bar).to_contain_text("Connecting you to the call of Dev")

    bar.get_by_role("button", name="Leave").click()

    busy.floor.says("You have left the call.")
    expect(bar).to_be_hidden()
    assert busy.asked[1] == ("POST", "/api/calls/210/leave", {})


def test_a_frozen_floor_still_shows_the_call_i_am_in(busy):
    button(busy, "Freeze to read").click()

    says_of_me(busy, supervision=supervising(210, "whisper"))

    expect(bar_of(busy)).to_contain_text("Whispering to Dev")


def test_who_has_no_phone_is_told_so(told):
    picture = afternoon()
    picture["me"] |= {"name": "Root", "agent_id": None}
    root = told(picture)

    root.page.get_by_role("button", name="Listen, Dev").click()

    root.floor.says("Your log-in has no phone")
    assert root.asked == []


def test_taking_over_asks_first(busy):
    busy.page.get_by_role("button", name="Take over, Dev").click()
    expect(busy.page.get_by_text("Dev leaves the call")).to_be_visible()

    button(busy, "Keep it as it is").click()

    assert busy.asked == []
