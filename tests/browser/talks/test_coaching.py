"""A colleague's call: listened to, whispered into, joined, taken over."""

from playwright.sync_api import expect

from tests.browser.talks.reading import asked, failed, said
from tools.talk_tour import CALL, LISTENING, ago, talk


def test_a_colleague_who_cannot_be_coached_has_a_reason(jane, told, page):
    why = "The customer is on hold; wait until they are back."
    can = {"listen": None, "whisper": None, "barge": why, "take_over": why}
    told.people(state="busy", call=77, can=can)
    barge = jane.button("Barge in, Joe")
    expect(barge).to_have_attribute("aria-disabled", "true")
    expect(barge).to_have_accessible_description(why)

    barge.click(force=True)

    expect(page.locator("#toasts")).to_contain_text(why)
    assert asked(told) == []
    expect(jane.button("Listen, Joe")).not_to_have_attribute("aria-disabled", "true")


def test_a_colleagues_call_is_asked_for_once_and_a_second_click_takes_nothing_back(
    jane, told, page
):
    told.people(state="busy", call=77)

    jane.button("Listen, Joe").dblclick()

    told.agent(state="busy", supervision=LISTENING | {"state": "ringing", "since": ago(1)})
    jane.has(view="coach")
    assert asked(told) == [{"command": "supervise", "call": 77, "mode": "listen"}]
    told.agent()
    expect(page.locator("#toasts")).to_contain_text("You could not be connected to that call.")


def test_whoever_listens_can_whisper_join_take_over_and_leave(jane, told, page):
    told.agent(state="busy", call=None, supervision=LISTENING | {"since": ago(9)})
    jane.has(view="coach")
    jane.says("Neither Joe nor the caller hears you.")
    said(page, "You listen to Joe. Nobody hears you.")

    controls = page.get_by_role("group", name="Coaching controls")
    for name in ("Whisper", "Barge in", "Take over"):
        controls.get_by_role("button", name=name).click()
    page.get_by_role("dialog").get_by_role("button", name="Take over").click()
    jane.button("Leave").click()

    modes = [
        {"command": "supervise", "call": 77, "mode": m} for m in ("whisper", "barge", "take_over")
    ]
    assert asked(told) == [*modes, {"command": "leave", "call": 77}]


def coaching(told, **facts):
    told.agent(state="busy", call=None, supervision=LISTENING | {"since": ago(9)} | facts)


def test_whoever_is_not_sure_takes_nothing_over(jane, told, page):
    coaching(told)
    jane.button("Take over").click()
    dialog = page.get_by_role("dialog", name="Take the call over from Joe?")
    expect(dialog.get_by_role("button", name="Keep it as it is")).to_be_focused()

    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    assert asked(told) == []


def test_a_switch_that_failed_while_coaching_is_told(jane, told, page):
    coaching(told)
    why = "Joe has put the caller on hold."

    coaching(told, commands=[failed("supervise", why, "switch")])

    jane.says(why)


def test_coaching_from_another_window_is_shown_as_such_and_can_be_had_here(jane, told, page):
    coaching(told, uuid="LEG-7", phone_call="LEG-7")

    jane.says("Listening, in another window")
    expect(
        page.get_by_label("Messages").get_by_role("button", name="Bring it here")
    ).to_be_visible()
    mute = page.get_by_role("group", name="Coaching controls").get_by_role("button", name="Mute")
    mute.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("There is no sound here.")


def test_a_call_that_was_taken_over_keeps_its_sound_where_it_is(jane, told, page):
    told.agent(state="busy", call=talk(taken_over=True, uuid="LEG-7", phone_call="LEG-7"))

    jane.has(view="call")
    jane.says("Sound in another window")
    expect(
        page.get_by_label("Messages").get_by_role("button", name="Bring it here")
    ).to_be_visible()


def test_what_is_asked_of_others_is_not_told_here(jane, told, page):
    told.agent(state="busy", supervision=LISTENING | {"state": "ringing", "since": ago(1)})
    jane.has(view="coach")

    told.agent()

    jane.has(view="available")
    expect(page.get_by_text("You could not be connected")).to_have_count(0)


def taken_over():
    return {"by": "Ada", "call": CALL, "at": ago(1)}


def test_whose_call_is_taken_over_learns_by_whom(talking, told, page):
    after = {
        "call": CALL, "from": "447700900123", "to": "442079460000", "queue": "Sales",
        "answered_at": ago(60), "ended_at": ago(1), "hung_up_by": None, "extendable": True,
        "seconds": 30, "kind": "call", "number": None, "outcome": None, "outcome_required": False,
    }  # fmt: skip
    told.agent(
        state="wrap_up", call=None, wrap_up_until=ago(-60), taken_over=taken_over(),
        wrap_up=after | {"taken_over_by": "Ada"},
    )  # fmt: skip

    talking.says("Ada has taken this call over from you.")
    talking.has(view="wrapup")
    talking.says("taken over by Ada")


def test_whose_call_is_taken_over_learns_by_whom_without_any_work_after_it(talking, told, page):
    told.agent(call=None, taken_over=taken_over())

    talking.says("Ada has taken this call over from you.")
    talking.has(view="available")
    told.agent(call=None)
    expect(page.locator("#toasts").get_by_text("taken this call over")).to_have_count(1)
