"""All that there is to see, one view after the other: for pictures and for tests of every page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from tools.pages import READY_WITHIN, ConsolePage, PhonePage
from tools.people import Agent, Party, Sandbox, dial, wait_until
from tools.stack import Stack

SIZES = ((1280, 800), (500, 600), (320, 640))
THEMES = ("light", "dark")
LONG, SHORT = "120", "3"  # seconds that an offer rings: to be looked at, and to be missed
SEED = {"SEED_OFFER": LONG, "SEED_WRAP_UP": "900", "SANDBOX_SPEECH": "tones"}

Views = Iterator[tuple[str, Page]]  # each view's name and the page, which shows it just now


class Tour:
    """Shows the pages of a stack that was seeded with `SEED`."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.sandbox = stack, Sandbox(stack)

    def log_in(self, page: Page) -> Views:
        """Log-in, and what is seen of it when the password is wrong."""
        page.goto(f"{self.stack.web}/login/")
        yield "log-in", page
        page.get_by_label("User name").fill("jane")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("alert").wait_for()
        yield "log-in-error", page

    def office(self, page: Page) -> Views:
        """What an operator sees: home, a wrong address, and the admin with a finished call."""
        call = self._play_call()
        page.goto(f"{self.stack.web}/admin/")
        yield "admin-log-in", page
        self._be(page, "root")
        yield from self._each(
            page,
            {
                "home": "",
                "not-found": "nowhere/",
                "admin": "admin/",
                "admin-agents": "admin/agents/agent/",
                "admin-queue": "admin/calls/queue/1/change/",
                "admin-calls": "admin/calls/call/",
                "admin-call": f"admin/calls/call/{call}/change/",
                "call-page": f"calls/{call}/",
                "call-page-events": f"calls/{call}/#events",
            },
        )

    def refused(self, page: Page) -> Views:
        """What a supervisor may not see, and what anybody sees who may see little."""
        self._be(page, "ada")
        yield from self._each(page, {"supervisor": "", "refused": "admin/ivr/flow/"})

    def before_the_call(self, jane: ConsolePage) -> Views:
        """From the checks to an offer; `jane` has not logged in yet."""
        page = jane.page
        jane.log_in()
        yield "preflight", page
        jane.go_available()
        yield "available", page
        for button in ("My state", "Audio devices", "Keyboard shortcuts and help"):
            with _opened(page, button):
                yield button.lower().replace(" ", "-"), page
        jane.choose("Break: lunch")
        jane.has(view="break")
        yield "break", page
        jane.choose("Offline")
        jane.has(view="offline")
        yield "offline", page

    def call(self, jane: ConsolePage) -> Views:
        """An offer, the call and its end; `jane` has logged in."""
        page = jane.page
        jane.choose("Available")
        customer = self.dial()
        jane.is_rung()
        yield "offer", page
        jane.answers()
        jane.hears(700)
        jane.writes("Asks for a quote for ten seats, by e-mail.")
        jane.chooses_outcome("Interested")
        measured = page.get_by_role("img", name=re.compile("^Round trip of this call"))
        expect(measured).to_be_visible(timeout=READY_WITHIN)
        yield "call", page
        jane.mute()
        yield "muted", page
        jane.unmute()
        with _opened(page, "Keypad"):
            yield "keypad", page
        customer.hang_up()
        jane.has(view="wrapup")
        yield "wrapup", page
        jane.is_done()
        jane.choose("Offline")
        jane.has(view="offline")

    def two_windows(self, jane: ConsolePage) -> Views:
        """What the second one shows."""
        second = ConsolePage(jane.page.context.new_page(), self.stack, jane.username)
        second.page.goto(f"{self.stack.web}/console/")
        second.has(view="elsewhere")
        yield "elsewhere", second.page
        second.page.close()

    def missed(self, jane: ConsolePage) -> Views:
        """An offer that nobody took."""
        with self._ringing_for(SHORT):
            jane.choose("Available")
            customer = self.dial()
            jane.has(view="missed")
        customer.hang_up()
        yield "missed", jane.page

    def lost(self, jane: ConsolePage) -> Views:
        """The server is gone; it comes back afterwards."""
        self.stack.kill_web()
        jane.has(view="lost")
        yield "lost", jane.page
        self.stack.start_web()
        jane.has(connection="live")

    def phone(self, phone: PhonePage) -> Views:
        """The phone page, idle and in a call with a robot agent."""
        phone.open()
        yield "phone", phone.page
        joe = Agent(self.stack, self.sandbox, "joe").behaves("after 0s", tone=1300)
        joe.is_("available")
        phone.call(self.stack.described()["numbers"]["menu"])
        phone.says("press 1")
        phone.press("1")
        phone.hears(1300)
        yield "phone-call", phone.page
        phone.hang_up()
        joe.is_("offline")

    def _play_call(self) -> int:
        """A call worth looking at: Jane does not answer, Joe does. Returns its id."""
        jane = Agent(self.stack, self.sandbox, "jane").behaves("never").open_console()
        joe = Agent(self.stack, self.sandbox, "joe").behaves("after 1s", tone=1300)
        with self._ringing_for(SHORT):
            jane.is_("available")
            joe.is_("available")
            customer = self.dial()
            joe.answers().hears(700)
        customer.hang_up()
        wait_until(lambda: joe.call(joe.call_id)["state"] == "ended", "the call ends")
        for agent in (jane, joe):
            agent.is_("offline").close_console()
        return joe.call_id

    @contextmanager
    def _ringing_for(self, seconds: str) -> Iterator[None]:
        """While offers end so soon."""
        self.stack.environment["SEED_OFFER"] = seconds
        self.stack.seed()
        yield
        self.stack.environment["SEED_OFFER"] = LONG
        self.stack.seed()

    def _be(self, page: Page, username: str) -> None:
        """Be logged in as somebody."""
        session = Agent(self.stack, self.sandbox, username).session
        page.context.add_cookies(
            [
                {"name": cookie.name, "value": cookie.value or "", "url": self.stack.web}
                for cookie in session.cookies
            ]
        )

    def _each(self, page: Page, paths: dict[str, str]) -> Views:
        for name, path in paths.items():
            page.goto(f"{self.stack.web}/{path}")
            yield name, page

    def dial(self) -> Party:
        """A caller waits in Sales."""
        return dial(self.sandbox, self.stack.described()["numbers"]["menu"], presses="1")


@contextmanager
def _opened(page: Page, button: str) -> Iterator[None]:
    """While what the button opens is open."""
    page.get_by_role("button", name=button).first.click()
    yield
    page.keyboard.press("Escape")
