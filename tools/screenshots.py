"""Takes the pictures in `docs/screenshots/` from a demo of its own: `make pictures`.

`python -m tools.screenshots --all FOLDER` shows every page and state instead, in both themes and
at every size, for whoever judges the looks. Needs Chromium on the PATH.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools import client_sdk, floor_page
from tools.browser import EARS, NoBrowser, browser, tone
from tools.pages import ConsolePage, PhonePage
from tools.queue_tour import QueueTour
from tools.stack import ROOT, Stack, free_port
from tools.talk_tour import TalkTour
from tools.tour import SEED, SIZES, THEMES, Tour, Views

PICTURES = ROOT / "docs" / "screenshots"
# view → file
WANTED = {"call": "console", "phone-call": "phone", "call-page": "call", "floor": "floor"}
WIDE = (1280, 900)


class Studio:
    """A demo with a browser for each voice."""

    def __init__(self, stack: Stack, jane: Browser, caller: Browser) -> None:
        self.stack, self._jane, self._caller = stack, jane, caller
        self.tour = Tour(stack)

    def everything(self) -> Iterator[Views]:
        """All views; whoever takes them looks at each while it is shown."""
        yield self.tour.log_in(_page(self._jane))
        yield self.tour.office(_page(self._jane))
        yield self.tour.refused(_page(self._jane))
        jane = ConsolePage(_page(self._jane), self.stack, "jane")
        yield self.tour.before_the_call(jane)
        yield self.tour.call(jane)
        yield self.tour.two_windows(jane)
        yield self.tour.lost(jane)
        yield self.tour.missed(jane)
        _leave(jane)
        told = ConsolePage(_page(self._jane), self.stack, "jane")
        queues = QueueTour(self.tour, told)
        yield queues.between_calls()
        yield queues.in_a_call()
        _leave(told)
        talking = ConsolePage(_page(self._jane), self.stack, "jane")
        talks = TalkTour(talking)
        yield talks.calling_out()
        yield talks.asked()
        yield talks.handed_on()
        yield talks.coaching()
        _leave(talking)
        yield floor_page.views(_page(self._jane), self.stack)
        yield self.tour.phone(PhonePage(_page(self._caller), self.stack))

    def chosen(self) -> Iterator[Views]:
        """What the README and the docs show."""
        yield self.tour.office(_page(self._jane))
        yield self.tour.call(ConsolePage(_page(self._jane), self.stack, "jane").log_in())
        yield floor_page.views(_page(self._jane), self.stack)
        yield self.tour.phone(PhonePage(_page(self._caller), self.stack))


def _leave(jane: ConsolePage) -> None:
    """The next console begins at the beginning."""
    jane.choose("Offline")
    jane.has(view="offline")
    jane.page.close()


def shoot(page: Page, path: Path, *, size: tuple[int, int], theme: str) -> None:
    """A picture of the page as it is now, in the light or dark theme."""
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=path)


def shoot_chosen(studio: Studio) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for views in studio.chosen():
        for view, page in views:
            if name := WANTED.get(view):
                shoot(page, PICTURES / f"{name}.png", size=WIDE, theme="light")
                shoot(page, PICTURES / f"{name}-dark.png", size=WIDE, theme="dark")


def shoot_everything(studio: Studio, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for views in studio.everything():
        for view, page in views:
            for theme in THEMES:
                for size in SIZES:
                    shoot(page, folder / f"{view}-{theme}-{size[0]}.png", size=size, theme=theme)


@contextmanager
def studio() -> Iterator[Studio]:
    with ExitStack() as opened:
        home = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        stack = Stack(home, port=free_port(), sandbox_port=free_port(), environment=SEED)
        opened.callback(stack.stop)
        stack.start()
        playwright = opened.enter_context(sync_playwright())
        jane, caller = (
            opened.enter_context(browser(playwright, tone(home / f"{hz}.wav", hz)))
            for hz in (1100, 700)
        )
        yield Studio(stack, jane, caller)


def _page(voice: Browser) -> Page:
    context = voice.new_context(permissions=["microphone"], viewport={"width": 1280, "height": 800})
    context.add_init_script(EARS)
    return context.new_page()


def main() -> int:
    parser = argparse.ArgumentParser(description="Take pictures of the pages.")
    parser.add_argument("--all", metavar="FOLDER", type=Path, help="every page and state, into it")
    folder = parser.parse_args().all
    try:
        client_sdk.fetch(client_sdk.SDK)
        with studio() as made:
            if folder:
                shoot_everything(made, folder)
            else:
                shoot_chosen(made)
    except (NoBrowser, client_sdk.NotFetched) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
