"""Making a call: the form, what refuses a number, and who was not reached."""

import json

import pytest
from playwright.sync_api import expect

from tools.talk_tour import ago, dialling


def test_a_number_that_is_none_is_refused_under_its_field(jane, page):
    jane.opens_dialling()
    jane.dials("12")

    field = page.get_by_label("Number to call")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(
        "Enter a number with its country, for example +44 20 7946 0000."
    )


def test_the_rule_that_refuses_a_number_is_named_there(jane, page):
    rule = "Calls to +44 9… are refused: premium and special ranges."
    sent = []

    def refuse(route):
        sent.append(json.loads(route.request.post_data))
        error = {"code": "refused_number", "message": rule, "fields": {}}
        route.fulfill(status=403, json={"error": error})

    page.route("**/api/calls", refuse)
    jane.opens_dialling()
    jane.dials("+44 9012 345678")

    expect(page.get_by_label("Number to call")).to_have_accessible_description(rule)
    expect(page.get_by_label("Number to call")).to_have_value("+44 9012 345678")
    assert sent == [{"to": "+44 9012 345678", "from": "+442079460002"}]
    page.unroute("**/api/calls")


def test_a_recent_number_is_taken_into_the_form(jane, page):
    jane.opens_dialling()

    jane.button("Take Ann Bee").click()

    expect(page.get_by_label("Number to call")).to_have_value("+447700900457")


def test_a_call_that_rings_and_is_not_answered(jane, told, page):
    told.agent(state="busy", call=dialling())
    jane.says("Calling, it rings")
    expect(jane.control("Hold")).to_have_accessible_description("Nobody has answered yet.")

    told.agent()

    jane.says("Nobody was reached: +44 7700 900 456.")


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        ("busy", "The line was busy"),
        ("timeout", "Nobody answered"),
        ("rejected", "The call was declined"),
        ("refused", "The number could not be called"),
    ],
)
def test_why_nobody_was_reached_is_said_once(jane, told, page, result, sentence):
    told.agent(state="busy", call=dialling())
    reached = {"number": "447700900456", "name": None, "result": result, "at": ago(0)}
    told.agent(state="busy", call=dialling() | {"state": "ended"}, not_reached=reached)
    jane.says(f"{sentence}: +44 7700 900 456.")

    told.agent(not_reached=reached)
    told.agent(not_reached=None)

    jane.has(view="available")
    expect(page.locator("#toasts").get_by_text("+44 7700 900 456")).to_have_count(1)


def test_the_form_stays_in_the_window_when_it_grows(jane, page):
    page.set_viewport_size({"width": 1280, "height": 500})
    jane.opens_dialling()
    page.get_by_text("Ann Bee").wait_for()

    jane.button("Keys for the number").click()

    page.wait_for_function(
        "document.querySelector('#dial-sheet').getBoundingClientRect().bottom <= innerHeight"
    )


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("447700900123", "447700900123"),
        ("+447700900123", "+447700900123"),
        ("%2B44%207700%20900%20123", "+44 7700 900 123"),
    ],
)
def test_a_link_fills_the_form_and_calls_nobody(jane, told, page, written, number):
    sent = []
    page.on("request", lambda one: sent.append(one) if one.method == "POST" else None)

    page.goto(f"{jane.stack.web}/console/?dial={written}")

    jane.has(phone="ready")
    expect(page.get_by_label("Number to call")).to_have_value(number)
    expect(page.get_by_role("button", name="Call", exact=True)).to_be_focused()
    assert "dial" not in page.url
    assert not [one for one in sent if one.url.endswith("/api/calls")]
