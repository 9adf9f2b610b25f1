"""A call that goes on, without a mouse: every act, and where the focus is after it."""

import pytest
from playwright.sync_api import expect

from tests.browser.keys import Keyboard
from tests.browser.talks.reading import asked, targets
from tools.talk_tour import CALL, LISTENING, ago, consulting, held, offer, talk


@pytest.fixture
def keys(page):
    page.locator("h1:visible").first.focus()
    return Keyboard(page)


def done(command):
    return {"key": f"told-{command}", "kind": command, "state": "done", "error": None}


def asked_for(told):
    return [one["command"] for one in asked(told)]


def test_hold_and_resume(talking, told, keys):
    keys.go_to(talking.control("Hold"))
    keys.press("Space")
    keys.is_on(talking.control("Resume"))
    told.agent(state="busy", call=held(commands=[done("hold")]))
    keys.is_on(talking.control("Resume"))

    keys.press("Space")
    told.agent(state="busy", call=talk())

    keys.is_on(talking.control("Hold"))
    assert asked_for(told) == ["hold", "resume"]


def test_the_call_is_handed_on(talking, told, page, keys):
    keys.go_to(talking.control("Transfer"))
    keys.press("Enter")
    keys.is_on(page.get_by_label("Agent, queue, flow or number"))
    keys.type("Joe")
    keys.go_to(page.get_by_role("button", name="Transfer to Joe"))

    keys.press("Enter")
    told.agent()

    talking.has(view="available")
    keys.is_somewhere()
    assert asked_for(told) == ["transfer"]


def test_a_list_that_was_not_wanted_gives_the_focus_back(talking, page, keys):
    keys.go_to(talking.control("Add"))
    keys.press("Enter")
    keys.go_to(page.get_by_role("button", name="Add Joe"))

    keys.press("Escape")

    expect(targets(page)).to_be_hidden()
    keys.is_on(talking.control("Add"))


def test_a_colleague_is_asked_and_let_go(talking, told, page, keys):
    keys.go_to(talking.control("Transfer"))
    keys.press("Enter")
    keys.go_to(page.get_by_role("button", name="Consult Joe"))
    keys.press("Enter")
    expect(targets(page)).to_be_hidden()
    told.agent(state="busy", call=consulting("ringing"))
    keys.is_on(talking.control("Mute"))
    keys.go_to(talking.control("Cancel"))

    keys.press("Enter")
    told.agent(state="busy", call=talk())

    keys.is_on(talking.control("Mute"))
    assert asked_for(told) == ["consult", "cancel"]


@pytest.mark.parametrize(
    ("name", "command", "stays"),
    [("Swap", "swap", True), ("Merge", "merge", False), ("Complete", "complete", False)],
)
def test_a_consultation_is_led_on(talking, told, keys, name, command, stays):
    told.agent(state="busy", call=consulting("talking"))
    button = talking.control(name)
    keys.go_to(button)

    keys.press("Enter")
    told.agent(state="busy", call=consulting("aside") if stays else talk())

    keys.is_on(button if stays else talking.control("Mute"))
    assert asked_for(told) == [command]


def test_who_completes_has_a_place_to_go_on_from(talking, told, keys):
    told.agent(state="busy", call=consulting("talking"))
    keys.go_to(talking.control("Complete"))
    keys.press("Enter")

    told.agent()

    talking.has(view="available")
    keys.is_somewhere()


def test_a_coach_switches_and_leaves(jane, told, page, keys):
    listening = LISTENING | {"since": ago(9)}
    told.agent(state="busy", call=None, supervision=listening)
    jane.has(view="coach")
    controls = page.get_by_role("group", name="Coaching controls")
    whisper = controls.get_by_role("button", name="Whisper")
    keys.go_to(whisper)
    keys.press("Space")
    whispering = listening | {"mode": "whisper", "commands": [done("supervise")]}
    told.agent(state="busy", call=None, supervision=whispering)
    expect(whisper).to_have_attribute("aria-pressed", "true")
    keys.is_on(whisper)
    keys.go_to(controls.get_by_role("button", name="Take over"))
    keys.press("Enter")
    keys.is_on(page.get_by_role("dialog").get_by_role("button", name="Keep it as it is"))
    keys.press("Enter")
    keys.is_on(controls.get_by_role("button", name="Take over"))
    keys.go_to(jane.button("Leave"))

    keys.press("Enter")
    told.agent()

    jane.has(view="available")
    keys.is_somewhere()
    modes = [(one["command"], one.get("mode")) for one in asked(told)]
    assert modes == [("supervise", "whisper"), ("leave", None)]


def test_an_offer_is_announced_once_and_leaves_the_focus_alone(jane, told, page, keys):
    page.evaluate("""() => {
        window.told = [];
        const look = () => told.push(document.getElementById("alert").textContent);
        new MutationObserver(look).observe(document.getElementById("alert"), {childList: true});
    }""")
    keys.go_to(jane.button("Make a call"))

    for priority in range(3):
        told.agent(state="offered", offer=offer("consult", call=CALL, priority=priority))
        jane.has(view="offer")

    announced = page.evaluate("told.filter(Boolean)")
    assert len(announced) == 1
    keys.is_somewhere()
