"""The list of who can take the call, and what comes of asking them."""

from playwright.sync_api import expect

from tests.browser.talks.reading import asked, failed, targets
from tools.talk_tour import BUSY, CALL, TARGETS, talk


def test_the_call_is_handed_to_a_colleague(talking, told, page):
    talking.control("Transfer").click()
    expect(page.get_by_label("Agent, queue, flow or number")).to_be_focused()

    page.get_by_role("button", name="Transfer to Joe").click()
    told.agent()

    to = {"kind": "blind", "to": {"agent": "joe"}}
    assert asked(told) == [{"command": "transfer", "call": CALL, **to}]
    talking.says("The caller was transferred to Joe.")


def test_who_cannot_take_the_call_has_a_reason(talking, told, page):
    talking.control("Transfer").click()
    button = page.get_by_role("button", name="Transfer to Kim")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_accessible_description(BUSY)

    button.click(force=True)

    expect(page.locator("#toasts")).to_contain_text(BUSY)
    assert asked(told) == []


def test_a_closed_queue_takes_nobody(talking, page):
    talking.control("Transfer").click()

    night = page.get_by_role("button", name="Transfer to Night")

    expect(night).to_have_accessible_description("This queue is closed now.")


def test_a_failed_transfer_keeps_the_list_and_what_was_typed(talking, told, page):
    talking.control("Transfer").click()
    page.get_by_label("Agent, queue, flow or number").fill("Joe")
    page.get_by_role("button", name="Transfer to Joe").click()

    told.agent(state="busy", call=talk(commands=[failed("transfer", "Joe is gone.", "lost")]))

    expect(targets(page).get_by_role("status").first).to_have_text("Joe is gone.")
    expect(page.get_by_label("Agent, queue, flow or number")).to_have_value("Joe")
    expect(page.get_by_role("button", name="Transfer to Joe")).to_be_enabled()


def test_what_is_typed_is_looked_for(talking, told, page):
    questions = []

    def answer(route):
        questions.append(route.request.url)
        route.fulfill(json=TARGETS)

    page.route("**/api/targets*", answer)
    talking.control("Transfer").click()

    page.get_by_label("Agent, queue, flow or number").press_sequentially("jo")
    page.wait_for_timeout(500)

    assert questions[-1].endswith("?q=jo")
    assert not any(one.endswith("?q=j") for one in questions)
    told.answers("/api/targets*", TARGETS)


def test_a_number_can_be_asked_that_is_on_no_list(talking, told, page):
    talking.control("Transfer").click()
    page.get_by_label("Agent, queue, flow or number").fill("+44 20 7946 0123")

    page.get_by_role("button", name="Consult +44 20 7946 0123").click()

    to = {"number": "442079460123"}
    assert asked(told) == [{"command": "consult", "call": CALL, "to": to}]


def test_a_list_that_cannot_be_loaded_still_takes_a_number(talking, told, page):
    page.unroute("**/api/targets*")
    page.route("**/api/targets*", lambda route: route.fulfill(status=503, body="{}"))
    talking.control("Transfer").click()
    talking.says("The list could not be loaded.")

    page.get_by_label("Agent, queue, flow or number").fill("442079460123")

    expect(page.get_by_role("button", name="Transfer to +44 20 7946 0123")).to_be_enabled()
    told.answers("/api/targets*", TARGETS)


def test_agents_and_numbers_can_be_added(talking, told, page):
    talking.control("Add").click()
    rows = page.get_by_role("region", name="Add to the call").get_by_role("listitem")
    expect(rows).to_have_count(3)

    page.get_by_role("button", name="Add Joe").click()

    assert asked(told) == [{"command": "add", "call": CALL, "to": {"agent": "joe"}}]
    expect(page.get_by_role("region", name="Add to the call")).to_be_hidden()


def test_escape_closes_the_list_and_not_the_call(talking, page):
    talking.control("Transfer").click()

    page.keyboard.press("Escape")

    expect(targets(page)).to_be_hidden()
    expect(talking.control("Transfer")).to_be_focused()


def test_why_nobody_can_be_asked_now_is_said(talking, told, page):
    talking.control("Transfer").click()
    pending = {"key": "told-add", "kind": "add", "state": "pending", "error": None}
    told.agent(state="busy", call=talk(commands=[pending]))
    button = page.get_by_role("button", name="Transfer to Joe")
    expect(button).to_have_accessible_description("One moment: it is being done.")

    button.click(force=True)

    expect(page.locator("#toasts")).to_contain_text("One moment: it is being done.")
