"""What goes wrong for Jane: each time one sentence says what, and nothing is lost."""

import re

import pytest
from playwright.sync_api import expect

from tools.pages import ConsolePage
from tools.people import wait_until

# A killed server refuses, resets, or breaks off in the middle of an answer.
GONE = ["net::ERR_", "WebSocket", "Failed to load resource"]

SDK_SAYS = ["VonageConsoleLogger"]  # in the browser's console, when it is told of an error

NOTE_PLAYED = """() => {
  const play = HTMLMediaElement.prototype.play;
  window.played = [];
  HTMLMediaElement.prototype.play = function () {
    window.played.push(this);
    return play.call(this);
  };
}"""
RINGS = "() => window.played.some((it) => it.src.includes('ring') && !it.paused)"


class Lag:
    """Holds back what servers tell a page over websockets, while `is_on`."""

    def __init__(self, page):
        self.is_on, self._held = False, []
        page.route_web_socket(re.compile(".*"), self._carry)

    def end(self):
        self.is_on = False
        for socket, message in self._held:
            socket.send(message)
        self._held.clear()

    def _carry(self, socket):
        def tell(message):
            if self.is_on:
                self._held.append((socket, message))
            else:
                socket.send(message)

        socket.connect_to_server().on_message(tell)


@pytest.fixture
def customer(jane, caller):
    """A caller in conversation with Jane."""
    customer = caller(presses="1")
    jane.answers()
    jane.hears(700)
    customer.hears(1100)
    return customer


def happens(sandbox, **what):
    """To Jane's browser, on the platform's side."""
    sandbox.post("users/Jane/sdk", what)


def test_the_server_is_gone_for_a_while(jane, stack, caller, expected):
    expected += GONE

    stack.kill_web()
    jane.has(view="lost", connection="reconnecting")
    jane.says("No connection")
    stack.start_web()

    jane.has(view="available", connection="live")
    caller(presses="1")
    jane.answers()
    jane.hears(700)


def test_the_server_is_gone_in_a_call_and_the_call_goes_on(jane, customer, stack, expected):
    expected += GONE

    stack.kill_web()
    jane.has(connection="reconnecting")
    jane.hears(700)
    customer.hears(1100)
    jane.says("call")
    stack.start_web()

    jane.has(view="call", connection="live")
    jane.end()
    jane.has(view="wrapup")


def test_the_server_is_gone_while_it_rings(jane, caller, stack, expected):
    expected += GONE
    jane.page.evaluate(NOTE_PLAYED)
    caller(presses="1")
    jane.is_rung()
    wait_until(lambda: jane.page.evaluate(RINGS), "it rings")

    stack.kill_web()

    jane.has(view="lost", connection="reconnecting")
    expect(jane.page).to_have_title(re.compile("^No connection"))
    wait_until(lambda: not jane.page.evaluate(RINGS), "it is silent")
    stack.start_web()
    jane.has(connection="live")


def test_a_note_that_is_written_without_a_connection_is_saved_later(
    jane, customer, stack, expected, root_sees
):
    expected += GONE
    stack.kill_web()
    jane.has(connection="reconnecting")

    jane.writes("Wants a quote by Monday.")
    stack.start_web()

    jane.has(connection="live")
    jane.says("Saved")
    jane.page.reload()
    jane.has(connection="live")
    expect(jane.page.get_by_label("Notes", exact=True)).to_have_value("Wants a quote by Monday.")


def test_a_click_on_an_offer_that_has_just_gone(stack, page_of, caller, root_sees, expected):
    expected += ["Failed to load resource", *SDK_SAYS]
    page = page_of()
    lag = Lag(page)
    jane = ConsolePage(page, stack, "jane").log_in().go_available()
    customer = caller(presses="1")
    jane.is_rung()
    lag.is_on = True
    customer.hang_up()
    root_sees(customer)

    jane.button("Accept").click()
    lag.end()

    jane.says("hung up")
    jane.has(view="available", agent_state="available")


def test_two_clicks_on_accept_are_one(jane, caller, sandbox):
    caller(presses="1")
    jane.is_rung()

    jane.button("Accept").dblclick()

    jane.has(view="call")
    jane.hears(700)
    joined = [
        row
        for row in sandbox.get("requests")
        if row["method"] == "PUT" and "/members/" in row["url"]
    ]
    assert len(joined) == 1


def test_a_double_click_on_end_does_not_end_the_wrap_up(jane, customer):
    place = jane.button("End").bounding_box()
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2

    for _ in range(5):
        jane.page.mouse.click(x, y, delay=60)

    jane.has(view="wrapup")
    jane.chooses_outcome("Interested")
    jane.says("Saved")
    jane.has(view="wrapup", agent_state="wrap_up")
    jane.is_done()


def test_the_sdk_is_not_there(stack, page_of, expected):
    expected.append("vonageClientSDK")
    page = page_of()
    page.route(re.compile("vonageClientSDK"), lambda route: route.abort())
    jane = ConsolePage(page, stack, "jane")

    jane.enter()

    jane.has(view="preflight", phone="missing")
    jane.says("make sdk")
    expect(jane.button("Go available")).to_have_attribute("aria-disabled", "true")


def test_a_log_in_that_has_ended(jane, stack, expected):
    expected.append("/me/day")  # may be asked for before the page hears of the end
    other = jane.page.context.new_page()
    other.goto(f"{stack.web}/console/")
    other.get_by_role("button", name=re.compile("account")).click()
    other.get_by_role("button", name="Log out").click()

    jane.says("You have been logged out")
    expect(jane.page.get_by_role("link", name=re.compile("log in", re.IGNORECASE))).to_be_visible()


def test_an_expired_token_is_replaced_unnoticed(jane, sandbox, caller, expected):
    expected += SDK_SAYS

    happens(sandbox, expire_token=True)

    jane.has(phone="ready")
    caller(presses="1")
    jane.answers()
    jane.hears(700)


def test_a_token_that_cannot_be_replaced(jane, sandbox, expected):
    expected += ["Failed to load resource", *SDK_SAYS]
    jane.page.route(re.compile("/me/token"), lambda route: route.fulfill(status=503, body="{}"))

    happens(sandbox, expire_token=True)

    jane.has(phone="lost")
    jane.says("phone")


def test_lost_media_comes_back(jane, customer, sandbox):
    happens(sandbox, drop_media=True)

    jane.says("sound")
    wait_until(lambda: jane.sound()["rms"] > 0.02, "Jane hears again", within=30, seen=jane.sound)
    jane.hears(700)
    customer.hears(1100)


def test_a_lost_socket_of_the_phone_comes_back_in_a_call(jane, customer, sandbox):
    happens(sandbox, drop_socket=True)

    jane.hears(700)
    customer.hears(1100)
    jane.has(phone="ready")
    customer.hang_up()
    jane.has(view="wrapup")


def test_a_microphone_that_is_denied_from_the_start(stack, page_of):
    page = page_of()
    page.context.clear_permissions()
    jane = ConsolePage(page, stack, "jane")

    jane.enter()

    jane.has(view="preflight", phone="ready")
    jane.says("The browser does not let this page use the microphone.")
    expect(jane.button("Go available")).to_have_attribute("aria-disabled", "true")
