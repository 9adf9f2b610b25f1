"""The pages as people use them, by the names that people see."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tools.browser import heard
from tools.people import wait_until
from tools.stack import Stack

SOUNDS = 0.02  # root mean square
READY_WITHIN = 20_000  # milliseconds


class HearingPage:
    """A page with sound."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def button(self, name: str | re.Pattern[str]) -> Locator:
        exact = isinstance(name, str)
        return self.page.get_by_role("button", name=name, exact=exact)

    def hears(self, hz: int, *, within: float = 15.0) -> None:
        """The page gets this tone, louder than any other."""
        wait_until(
            lambda: self._hears(hz), f"the page hears {hz} Hz", within=within, seen=self.sound
        )

    def hears_nothing(self) -> None:
        wait_until(lambda: self.sound()["rms"] < 0.001, "the page hears nothing", seen=self.sound)

    def sound(self, *tones: int) -> dict[str, Any]:
        return heard(self.page, *tones)

    def _hears(self, hz: int) -> bool:
        sound = self.sound()
        return bool(abs(sound["peak_hz"] - hz) <= 10 and sound["rms"] >= SOUNDS)

    def has(self, **data: str) -> None:
        """Wait until `body` says so: `has(agent_state="busy")` is data-agent-state="busy"."""
        body = self.page.locator("body")
        for name, value in data.items():
            attribute = f"data-{name.replace('_', '-')}"
            expect(body).to_have_attribute(attribute, value, timeout=READY_WITHIN)

    def says(self, words: str) -> None:
        """Wait until people can see these words."""
        expect(self.page.get_by_text(words).filter(visible=True).first).to_be_visible(
            timeout=READY_WITHIN
        )


class ConsolePage(HearingPage):
    """An agent at the console."""

    def __init__(self, page: Page, stack: Stack, username: str) -> None:
        super().__init__(page)
        self.stack, self.username = stack, username
        self.password = stack.described()["users"][username]["password"]

    def log_in(self) -> "ConsolePage":
        """As the agent; leads to the console, with the phone ready."""
        self.enter()
        self.has(connection="live", phone="ready")
        return self

    def enter(self) -> None:
        """Log in; what the console says then is not looked at."""
        self.page.goto(f"{self.stack.web}/login/")
        self.page.get_by_label("User name").fill(self.username)
        self.page.get_by_label("Password").fill(self.password)
        self.button("Log in").click()

    def go_available(self) -> "ConsolePage":
        go = self.button("Go available")
        expect(go).not_to_have_attribute("aria-disabled", "true", timeout=READY_WITHIN)
        go.click()
        self.has(agent_state="available")
        return self

    def choose(self, state: str) -> None:
        """A state of the menu: "Available", "Break: lunch", "Offline"."""
        self.button(re.compile("^My state")).click()
        self.button(re.compile(f"^{re.escape(state)}", re.IGNORECASE)).click()

    def plans(self, state: str) -> None:
        """What follows the call: "Available", "Break: lunch", "Offline"."""
        self.next_state.select_option(label=state)

    @property
    def next_state(self) -> Locator:
        return self.page.get_by_role("combobox", name="Then")

    @property
    def todo(self) -> Locator:
        """The rows of the list of things to do."""
        return self.page.get_by_role("region", name="To do").get_by_role("listitem")

    def is_rung(self) -> None:
        expect(self.page.locator("[data-offer]")).to_be_visible(timeout=READY_WITHIN)
        self.has(view="offer")

    def accept(self) -> None:
        self.is_rung()
        self.button("Accept").click()

    def answers(self) -> None:
        """Accept, until the call is there."""
        self.accept()
        self.has(view="call", agent_state="busy")

    def decline(self) -> None:
        self.is_rung()
        self.button("Decline").click()

    def control(self, name: str) -> Locator:
        """A button of the call bar; a message may offer the same."""
        controls = self.page.get_by_role("group", name="Call controls")
        return controls.get_by_role("button", name=name, exact=True)

    def opens_dialling(self) -> None:
        """The form for making a call."""
        self.button("Make a call").filter(visible=True).click()

    def dials(self, number: str) -> None:
        """Call a number from the form, which is open."""
        form = self.page.get_by_role("form", name="Make a call")
        form.get_by_label("Number to call").fill(number)
        form.get_by_role("button", name="Call", exact=True).click()

    def calls_colleague(self, name: str) -> None:
        """Call a colleague from the form, which is open."""
        self.button(f"Call {name}").click()

    def holds(self) -> None:
        self.control("Hold").click()
        self.has(call_state="held")

    def resumes(self) -> None:
        self.control("Resume").click()
        self.has(call_state="connected")

    def transfers(self, to: str) -> None:
        """Hand the customer on to whom the list names so, or to a number."""
        self._chooses("Transfer", f"Transfer to {to}", to)

    def consults(self, whom: str) -> None:
        self._chooses("Transfer", f"Consult {whom}", whom)

    def adds(self, whom: str) -> None:
        self._chooses("Add", f"Add {whom}", whom)

    def coaches(self, act: str) -> None:
        """A button of the bar of whoever coaches: "Whisper", "Barge in", "Listen"."""
        controls = self.page.get_by_role("group", name="Coaching controls")
        controls.get_by_role("button", name=act, exact=True).click()

    def _chooses(self, control: str, button: str, words: str) -> None:
        self.control(control).click()
        self.page.locator("#targets-find").fill(words)
        self.button(button).click()

    def mute(self) -> None:
        self.control("Mute").click()
        expect(self.control("Unmute")).to_have_attribute("aria-pressed", "true")

    def unmute(self) -> None:
        self.control("Unmute").click()
        expect(self.control("Mute")).to_have_attribute("aria-pressed", "false")

    def press(self, digits: str) -> None:
        """On the keypad, which is opened if it is not."""
        keypad = self.button("Keypad")
        if keypad.get_attribute("aria-expanded") != "true":
            keypad.click()
        for digit in digits:
            self.button(digit).click()

    def end(self) -> None:
        self.button("End").click()

    def writes(self, note: str) -> None:
        self.page.get_by_label("Notes", exact=True).fill(note)

    def chooses_outcome(self, label: str) -> None:
        outcomes = self.page.get_by_role("radiogroup", name="Outcome")
        outcomes.get_by_role("radio", name=label, exact=True).check()

    def is_done(self) -> None:
        self.button("Done, available").click()
        self.has(agent_state="available")

    def takes_over(self) -> None:
        self.button("Take over here").click()
        self.has(phone="ready")


class PhonePage(HearingPage):
    """A caller at the sandbox's phone page."""

    def __init__(self, page: Page, stack: Stack) -> None:
        super().__init__(page)
        self.stack = stack

    def open(self) -> "PhonePage":
        self.page.goto(f"{self.stack.sandbox}/")
        self.has(call="idle")
        return self

    def call(self, number: str) -> None:
        self.page.get_by_label("I call").fill(number)
        self.button("Call").click()

    def press(self, digits: str) -> None:
        pad = self.page.get_by_role("group", name="Dial pad")
        for digit in digits:
            pad.get_by_role("button", name=digit, exact=True).click()

    def mute(self) -> None:
        self.button("Mute").click()

    def hang_up(self) -> None:
        self.button("Hang up").click()
        self.has(call="ended")
