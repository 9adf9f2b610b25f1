"""Who the customer is, beside the call: written by one agent, shown to the next."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axed import faults

SEED = {"SEED_WRAP_UP": "900", "SANDBOX_SPEECH": "tones"}


@pytest.fixture
def talk(jane, caller):
    """Jane talks to a caller, and has the form about them open."""
    customer = caller("jane")
    jane.is_rung()
    jane.accept()
    yield customer
    customer.hang_up()


def field(jane, name):
    return jane.page.get_by_label(name, exact=True)


def who(jane):
    return jane.page.locator("#customer-who")


def opens_form(jane):
    jane.button("Edit customer").click()
    expect(field(jane, "Name")).to_be_visible()


def test_a_stranger_is_given_a_name_that_the_next_look_shows(jane, talk, expected):
    expected.append("Call Id for Conversation Id")  # what the SDK says of a reload
    expect(who(jane)).to_be_hidden()
    opens_form(jane)
    field(jane, "Name").fill("Ruth Gold")
    field(jane, "About the customer, for everybody").fill("Speaks French.")
    jane.button("Save").click()

    expect(who(jane)).to_have_text("Ruth Gold")
    expect(field(jane, "Name")).to_be_hidden()
    jane.page.reload()
    expect(who(jane)).to_have_text("Ruth Gold")
    expect(jane.page.locator("#customer-told")).to_have_text("Speaks French.")


def test_arrow_keys_move_within_what_is_written(jane, talk):
    opens_form(jane)
    told = field(jane, "About the customer, for everybody")
    told.fill("Speaks French.\nAnd Welsh.")

    told.press("ArrowUp")
    jane.page.keyboard.type("Never ")

    expect(told).to_have_value(re.compile("Never "))


def test_what_cannot_be_kept_is_said_and_stays_in_its_field(jane, talk, expected):
    expected.append("Failed to load resource")  # the refusal
    opens_form(jane)
    field(jane, "E-mail address").fill("nobody")
    jane.button("Save").click()

    expect(jane.page.locator("#customer-error")).to_contain_text("E-mail address: ")
    expect(field(jane, "E-mail address")).to_be_focused()
    expect(field(jane, "E-mail address")).to_have_value("nobody")


def test_the_form_has_nothing_wrong_with_it(jane, talk):
    opens_form(jane)

    assert faults(jane.page) == []
