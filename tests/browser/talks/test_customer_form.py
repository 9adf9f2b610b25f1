"""Who the customer is: what is sent of what was written, and what becomes of what was not saved."""

import pytest
from playwright.sync_api import expect

from tools.talk_tour import CALL, CARD, held, offer, talk

RUTH = {
    "id": 1, "key": "r", "name": "Ruth Gold", "company": "Gold Ltd", "email": "",
    "note": "Speaks French.", "external_id": "", "numbers": [],
}  # fmt: skip
NO_ADDRESS = {
    "code": "invalid", "message": "Some fields are not right.",
    "fields": {"email": ["Enter a valid email address."]},
}  # fmt: skip


@pytest.fixture
def known(told):
    """From now on this is known of the customer; at first it is Ruth."""

    def say(**facts):
        told.answers(f"/api/calls/{CALL}/card", CARD | {"customer": RUTH | facts})

    say()
    yield say
    told.answers(f"/api/calls/{CALL}/card", CARD)


@pytest.fixture
def saved(page):
    """What was sent to be saved; nobody is at this e-mail address."""
    sent = []

    def answer(route):
        facts = route.request.post_data_json
        sent.append(facts)
        if facts.get("email") == "nobody":
            route.fulfill(status=400, json={"error": NO_ADDRESS})
        else:
            route.fulfill(json={"customer": RUTH | facts})

    path = f"**/api/calls/{CALL}/customer"
    page.route(path, answer)
    yield sent
    page.unroute(path)


@pytest.fixture
def writing(known, saved, talking, told):
    """Jane talks to Ruth, and has the form about her open."""
    talking.says("Ruth Gold, Gold Ltd")
    talking.button("Edit customer").click()
    yield talking
    told.agent()
    talking.has(view="available")


def field(jane, name):
    return jane.page.get_by_label(name, exact=True)


def unsaved(jane):
    return jane.page.get_by_text("Not saved yet")


def test_only_what_was_changed_is_sent(writing, saved):
    field(writing, "E-mail address").fill("ruth@example.com")

    writing.button("Save").click()

    expect(field(writing, "E-mail address")).to_be_hidden()
    assert saved == [{"email": "ruth@example.com"}]


def test_where_nothing_was_changed_nothing_is_sent(writing, saved):
    field(writing, "Name").fill("Ruth")
    field(writing, "Name").fill("Ruth Gold")

    writing.button("Save").click()

    expect(field(writing, "Name")).to_be_hidden()
    assert saved == []


def test_what_a_colleague_wrote_meanwhile_is_shown_and_stays(writing, told, known, saved):
    field(writing, "Name").fill("Ruth Silver")
    known(company="Silver Ltd")

    told.agent(state="busy", call=held())

    expect(field(writing, "Company")).to_have_value("Silver Ltd")
    expect(field(writing, "Name")).to_have_value("Ruth Silver")
    writing.button("Save").click()
    expect(field(writing, "Name")).to_be_hidden()
    assert saved == [{"name": "Ruth Silver"}]


def test_what_is_not_saved_yet_is_said_and_can_be_discarded(writing, saved):
    field(writing, "Name").fill("Ruth Silver")
    writing.page.keyboard.press("Escape")
    expect(unsaved(writing)).to_be_visible()
    writing.button("Edit customer").click()
    expect(field(writing, "Name")).to_have_value("Ruth Silver")

    writing.button("Discard").click()

    expect(field(writing, "Name")).to_be_hidden()
    expect(unsaved(writing)).to_be_hidden()
    writing.button("Edit customer").click()
    expect(field(writing, "Name")).to_have_value("Ruth Gold")
    assert saved == []


def test_what_is_left_is_saved_and_said_to_be(writing, told, saved):
    field(writing, "Company").fill("Silver Ltd")
    writing.page.keyboard.press("Escape")

    told.agent()

    writing.says("What you wrote about Ruth Gold was saved.")
    assert saved == [{"company": "Silver Ltd"}]


def test_of_what_is_left_only_what_is_refused_is_lost(writing, told, saved):
    field(writing, "E-mail address").fill("nobody")
    field(writing, "Company").fill("Silver Ltd")

    told.agent()

    writing.says("What you wrote about Ruth Gold was saved, but not: E-mail address.")
    assert saved == [{"email": "nobody", "company": "Silver Ltd"}, {"company": "Silver Ltd"}]


def test_why_nothing_that_is_left_could_be_saved_is_said(writing, told, saved):
    field(writing, "E-mail address").fill("nobody")

    told.agent()

    writing.says("could not be saved. E-mail address: Enter a valid email address.")
    assert saved == [{"email": "nobody"}]


def test_a_customer_whose_call_is_only_offered_cannot_be_edited(known, jane, told, page):
    told.agent(state="offered", offer=offer("call"))
    jane.says("Ruth Gold, Gold Ltd")
    expect(jane.button("Edit customer")).to_be_hidden()

    told.agent(state="busy", call=talk())

    expect(jane.button("Edit customer")).to_be_visible()
