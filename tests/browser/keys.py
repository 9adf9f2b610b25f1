"""Hands that have nothing but keys."""

import pytest
from playwright.sync_api import expect

TABS = 90  # nothing is further away
LOST = "document.activeElement === document.body"
SEEN = """it => [it, it.closest("label")].some(
    one => one && getComputedStyle(one).outlineStyle !== "none")"""


class Keyboard:
    """The keys of one page."""

    def __init__(self, page):
        self.page = page

    def type(self, text):
        self.page.keyboard.type(text)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def go_to(self, wanted):
        """Tab after tab, until the focus is there, and seen to be."""
        for _ in range(TABS):
            if self._is_on(wanted):
                return self.is_on(wanted)
            self.press("Tab")
        pytest.fail(f"Tab does not lead to {wanted}.")

    def is_on(self, wanted):
        """The focus is there, and whoever looks sees it."""
        expect(wanted).to_be_focused()
        assert wanted.evaluate(SEEN)

    def is_somewhere(self):
        """The focus has not fallen into nothing."""
        assert not self.page.evaluate(LOST)

    def _is_on(self, wanted):
        return wanted.count() == 1 and wanted.evaluate("it => it === document.activeElement")
