"""Asking a colleague, being asked by one, and talking with several."""

import pytest
from playwright.sync_api import expect

from tests.browser.talks.reading import asked, said
from tools.talk_tour import CALL, ago, consulting, customer, held, joe, offer, own, party, talk


def test_a_consultation_waits_for_its_answer(talking, told, page):
    told.agent(state="busy", call=consulting("ringing"))
    said(page, "Calling Joe. The caller hears music.")
    complete = talking.control("Complete")
    expect(complete).to_have_attribute("aria-disabled", "true")
    expect(complete).to_have_accessible_description("Joe has not answered yet.")

    told.agent(state="busy", call=consulting("talking"))

    said(page, "Joe has answered. The caller hears music.")
    expect(complete).not_to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize(
    ("button", "command"),
    [("Swap", "swap"), ("Merge", "merge"), ("Complete", "complete"), ("Return", "cancel")],
)
def test_a_consultation_can_be_led_on(talking, told, page, button, command):
    told.agent(state="busy", call=consulting("talking"))
    talking.control(button).click(delay=0, timeout=5000)

    assert asked(told) == [{"command": command, "call": CALL}]


def test_who_completes_hears_who_has_the_caller(talking, told, page):
    told.agent(state="busy", call=consulting("talking"))
    talking.control("Complete").click()

    told.agent()

    talking.says("Joe has the caller now.")


def test_who_is_not_reached_leaves_the_caller_on_hold(talking, told, page):
    told.agent(state="busy", call=consulting("ringing"))
    told.agent(state="busy", call=held())

    talking.says("Joe could not be reached. The caller is still on hold.")


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        ("declined", "Joe declined."),
        ("missed", "Joe did not answer."),
        ("busy", "Joe was busy."),
        ("failed", "Joe could not be reached."),
    ],
)
def test_why_the_one_consulted_does_not_come_is_said(talking, told, page, result, sentence):
    told.agent(state="busy", call=consulting("ringing"))
    ended = {"name": "Joe", "number": None, "result": result, "at": ago(0)}
    told.agent(state="busy", call=held(consult_ended=ended))

    talking.says(f"{sentence} The caller is still on hold.")


def test_a_click_meant_for_the_old_buttons_does_nothing_in_the_new_ones(talking, told, page):
    told.agent(state="busy", call=consulting("talking"))

    at = talking.control("Swap").bounding_box()
    page.mouse.click(at["x"] + 20, at["y"] + 20)

    assert asked(told) == []


def test_two_who_talk_on_without_the_caller_are_told_so_and_can_end_it(talking, told, page):
    told.takes("end")
    told.agent(state="busy", call=consulting("talking"))
    own_and_joe = [own(), joe(role="consult")]

    told.agent(state="busy", call=talk(state="ended", parties=own_and_joe))

    talking.says("The caller has hung up. You still talk with Joe.")
    for name in ("Swap", "Merge", "Complete", "Return"):
        expect(talking.control(name)).to_be_hidden()
    talking.button("End").click()
    assert {"command": "end", "call": CALL} in asked(told)


def test_who_is_asked_cannot_hand_on_what_is_not_theirs(talking, told, page):
    consult = {"leg": 2, "name": "Jane", "number": None, "state": "talking", "since": ago(3)}
    parties = [customer(state="held"), own(role="consult"), joe()]
    told.agent(state="busy", call=held(mine=False, parties=parties, consult=consult))
    talking.says("Talking with Joe")

    why = "The caller is Joe\N{RIGHT SINGLE QUOTATION MARK}s until Joe hands them to you."
    for name in ("Hold", "Resume", "Transfer", "Add"):
        for button in talking.control(name).all():
            expect(button).to_have_accessible_description(why)


def test_a_colleagues_question_is_announced_as_one(jane, told, page):
    told.agent(state="offered", offer=offer("consult"))
    jane.has(view="offer")

    expect(page.get_by_role("heading", name="Joe")).to_be_visible()
    expect(page.locator("#alert")).to_contain_text("Joe asks you about a customer from Sales.")


def test_with_another_agent_in_it_end_is_leave(talking, told, page):
    expect(talking.button("End")).to_be_visible()

    told.agent(state="busy", call=talk(parties=[customer(), own(), joe(role="conference")]))

    expect(talking.button("Leave")).to_be_visible()


def test_somebody_can_be_taken_out_of_a_conference(talking, told, page):
    number = party(4, "number", number="442079460991", role="conference", removable=True)
    told.agent(state="busy", call=talk(parties=[customer(), own(), number]))

    talking.button("Remove +44 20 7946 0991").click()

    assert asked(told) == [{"command": "remove", "call": CALL, "leg": 4}]


def test_who_joins_and_who_leaves_is_said(talking, told, page):
    number = party(4, "number", number="442079460991", role="conference")
    told.agent(state="busy", call=talk(parties=[customer(), own(), number | {"state": "ringing"}]))
    told.agent(state="busy", call=talk(parties=[customer(), own(), number]))
    talking.says("+44 20 7946 0991 has joined.")

    told.agent(state="busy", call=talk())

    talking.says("+44 20 7946 0991 has left.")


def test_who_leaves_just_after_somebody_was_let_go_is_said(talking, told, page):
    number = party(4, "number", number="442079460991", role="conference", removable=True)
    told.agent(state="busy", call=talk(parties=[customer(), own(), joe(role="conference"), number]))
    talking.button("Remove +44 20 7946 0991").click()
    done = {"key": "told-remove", "kind": "remove", "leg": 4, "state": "done", "error": None}
    with_joe = [customer(), own(), joe(role="conference")]
    told.agent(state="busy", call=talk(parties=with_joe, commands=[done]))

    told.agent(state="busy", call=talk(commands=[done]))

    talking.says("Joe has left.")
    expect(page.locator("#toasts").get_by_text("+44 20 7946 0991 has left.")).to_have_count(0)
