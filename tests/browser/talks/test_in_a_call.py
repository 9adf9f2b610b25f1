"""The call at hand: held, seen in one place, left as it was."""

import json

from playwright.sync_api import expect

from tests.browser.talks.reading import asked, failed, said
from tools.talk_tour import CALL, consulting, held, talk

GONE = "The customer is on hold already."


def test_hold_is_shown_at_once_and_asked_once(talking, told, page):
    talking.control("Hold").dblclick()

    expect(talking.control("Resume")).to_have_attribute("aria-pressed", "true")
    talking.says("Putting on hold…")
    assert asked(told) == [{"command": "hold", "call": CALL}]


def test_who_is_held_hears_music_and_can_be_had_back(talking, told, page):
    done = {"key": "told-hold", "kind": "hold", "state": "done", "error": None}
    told.agent(state="busy", call=held(commands=[done]))
    talking.says("On hold")
    said(page, "The caller is on hold and hears music.")

    talking.control("Resume").click()

    assert asked(told) == [{"command": "resume", "call": CALL}]


def test_a_refusal_is_a_sentence_and_the_button_is_as_before(talking, told, page):
    told.refuses("hold", "call_gone", GONE)

    talking.control("Hold").click()

    talking.says(GONE)
    expect(talking.control("Hold")).to_have_attribute("aria-pressed", "false")


def test_what_vonage_did_not_do_is_said_once(talking, told, page):
    sentence = "Vonage could not do it; nothing has changed."
    told.agent(state="busy", call=talk(commands=[failed("hold", sentence, "once")]))
    talking.says(sentence)
    page.get_by_role("button", name="Close this message").click()

    told.agent(state="busy", call=talk(commands=[failed("hold", sentence, "once")], machine=True))

    talking.says("An answering machine has answered.")
    expect(page.get_by_text(sentence)).to_have_count(0)


def test_a_caller_on_hold_is_not_forgotten(talking, told, page):
    told.agent(state="busy", call=held(59))
    expect(page.get_by_text("on hold for 1:00")).to_be_visible(timeout=4000)
    talking.says("The next reminder comes at 2:00.")

    page.get_by_label("Messages").get_by_role("button", name="Resume").click()

    assert asked(told) == [{"command": "resume", "call": CALL}]


def test_the_call_bar_keeps_its_height_and_place(talking, told, page):
    box = "(({top, height}) => [top, height])(document.querySelector"
    box += "('[data-bar]:not([hidden])').getBoundingClientRect())"
    first = page.evaluate(box)
    for call in (held(), *(consulting(one) for one in ("ringing", "talking", "aside")), talk()):
        told.agent(state="busy", call=call)
        page.wait_for_timeout(100)
        assert page.evaluate(box) == first


def test_a_key_that_is_held_is_sent_once(talking, page):
    page.locator("#keypad-sheet").evaluate("it => it.showPopover()")
    expect(page.locator("#keypad-sheet :is(button, select, input)").first).to_be_focused()

    for _ in range(3):
        page.keyboard.down("5")
    page.keyboard.up("5")

    expect(page.locator("#keypad-sent")).to_have_text("5")


def test_a_form_that_was_closed_keeps_what_was_written(talking, told, page):
    kept = []

    def keep(route):
        kept.append(json.loads(route.request.post_data))
        route.fulfill(json={"customer": None})

    page.route(f"**/api/calls/{CALL}/customer", keep)
    talking.button("Edit customer").click()
    page.get_by_label("Company").fill("Gold Ltd")
    page.keyboard.press("Escape")
    talking.button("Edit customer").click()
    expect(page.get_by_label("Company")).to_have_value("Gold Ltd")
    assert kept == []

    told.agent()
    talking.has(view="available")

    assert [one["company"] for one in kept] == ["Gold Ltd"]
    page.unroute(f"**/api/calls/{CALL}/customer")
