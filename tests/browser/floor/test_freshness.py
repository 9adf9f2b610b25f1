"""How fresh the floor is, and what it says when it is not."""

from playwright.sync_api import expect

from tests.browser.floor.reading import button
from tools.floor_rows import agent


def test_a_frozen_floor_shows_what_it_missed_when_it_goes_on(busy):
    button(busy, "Freeze to read").click()
    busy.changes(agents=[agent(9, "Ines", "offline", 1)])
    expect(busy.page.locator("body")).to_have_attribute("data-version", str(busy.version))
    expect(busy.floor.row("agents", "Ines")).to_contain_text("Available")

    button(busy, "Go on").click()

    expect(busy.floor.row("agents", "Ines")).to_contain_text("Offline")


def test_without_the_websocket_the_floor_is_asked_for(busy, expected):
    expected.append("WebSocket")
    busy.cuts()
    expect(busy.page.locator("#connection")).to_contain_text("Reconnecting")
    busy.picture["agents"] = [agent(9, "Ines", "offline", 1)]

    expect(busy.floor.row("agents", "Ines")).to_contain_text("Offline", timeout=20_000)

    expect(busy.page.locator("#fresh")).to_contain_text("asked for every 15 s")


def test_a_floor_that_was_live_again_says_nothing_of_what_it_asked_for_before(busy, expected):
    expected += ["WebSocket", "503"]
    fresh, connection = busy.page.locator("#fresh"), busy.page.locator("#connection")
    busy.cuts()
    expect(fresh).to_contain_text("asked for every 15 s", timeout=20_000)
    busy.mends()
    expect(connection).to_contain_text("Live", timeout=20_000)
    busy.refuses("/api/floor", "unavailable", "Try again.", status=503)

    busy.cuts()

    expect(connection).to_contain_text("Reconnecting")
    expect(fresh).to_have_text("")


def test_a_floor_that_hears_nothing_is_stale_and_its_timers_stand_still(busy, expected):
    expected += ["WebSocket", "503"]
    busy.refuses("/api/floor", "unavailable", "Try again.", status=503)
    busy.cuts()

    expect(busy.page.locator("#connection")).to_contain_text("Stale since", timeout=40_000)

    timer = busy.floor.row("agents", "Ines").locator("td.num")
    stood = timer.inner_text()
    busy.page.wait_for_timeout(2500)
    assert timer.inner_text() == stood
    button(busy, "End after-call work, Hannah").click()
    busy.floor.says("There is no connection to the server now.")


def test_who_is_logged_out_is_led_to_the_log_in(busy, expected):
    expected.append("WebSocket")
    busy.cuts(4401)

    expect(busy.page.get_by_text("You have been logged out.")).to_be_visible()
    expect(busy.page.get_by_role("link", name="Log in")).to_be_visible()
