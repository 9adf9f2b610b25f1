"""The keys of a call, and how they are changed."""

from playwright.sync_api import expect

from tests.browser.talks.reading import asked, targets
from tools.talk_tour import CALL


def test_a_button_names_its_key_and_not_what_it_once_said(talking, page):
    for button, title in {
        "#state": "My state (Alt+Shift+S)",
        "#accept": "Accept (Alt+Shift+A)",
        "#done": "Done (hold Alt+Shift+E)",
    }.items():
        expect(page.locator(button)).to_have_attribute("title", title)


def test_a_sign_that_is_written_with_alt_gr_is_no_shortcut(talking, told, page):
    talking.button("Keyboard shortcuts and help").click()
    page.locator("#keys-prefix").select_option("Ctrl+Alt")
    page.keyboard.press("Escape")
    press = """altGr => document.body.dispatchEvent(new KeyboardEvent("keydown", {
        key: "h", code: "KeyH", ctrlKey: true, altKey: true, modifierAltGraph: altGr,
        bubbles: true, cancelable: true}))"""

    page.evaluate(press, True)
    assert asked(told) == []
    page.evaluate(press, False)

    expect(talking.control("Resume")).to_be_visible()
    assert asked(told) == [{"command": "hold", "call": CALL}]
    talking.button("Keyboard shortcuts and help").click()
    talking.button("As at first").click()


def test_keys_hold_transfer_and_add(talking, told, page):
    page.keyboard.press("Alt+Shift+T")
    expect(targets(page)).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+Shift+G")
    expect(page.get_by_role("region", name="Add to the call")).to_be_visible()
    page.keyboard.press("Escape")

    page.keyboard.press("Alt+Shift+H")

    assert asked(told) == [{"command": "hold", "call": CALL}]


def test_a_key_can_be_changed_and_two_acts_cannot_share_one(talking, told, page):
    talking.button("Keyboard shortcuts and help").click()
    key = page.get_by_label("Key for: Hold and resume")
    key.fill("m")
    key.blur()
    talking.says("M is taken: “Mute and unmute”. Change that one first.")
    expect(key).to_have_value("H")

    key.fill("x")
    key.blur()
    page.keyboard.press("Escape")
    expect(talking.control("Hold")).to_have_attribute("aria-keyshortcuts", "Alt+Shift+X")
    page.keyboard.press("Alt+Shift+H")
    page.keyboard.press("Alt+Shift+X")

    assert asked(told) == [{"command": "hold", "call": CALL}]
    talking.button("Keyboard shortcuts and help").click()
    talking.button("As at first").click()


def test_shortcuts_can_be_switched_off_one_by_one(talking, told, page):
    talking.button("Keyboard shortcuts and help").click()
    key = page.get_by_label("Key for: Hold and resume")
    key.fill("")
    key.blur()
    page.keyboard.press("Escape")

    page.keyboard.press("Alt+Shift+H")

    assert asked(told) == []
    expect(talking.control("Hold")).not_to_have_attribute("aria-keyshortcuts", "Alt+Shift+H")
    talking.button("Keyboard shortcuts and help").click()
    talking.button("As at first").click()
