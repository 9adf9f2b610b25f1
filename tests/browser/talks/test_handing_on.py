"""The list of who can take the call, and what comes of asking them."""

import pytest
from playwright.sync_api import expect

from tests.browser.talks.reading import asked, failed, targets
from tools.talk_tour import BUSY, CALL, TARGETS, talk

LISTED_WITHIN = 12_000  # milliseconds: the list is asked for again every five seconds
JOE, KIM = TARGETS["agents"]
ADA = JOE | {"username": "ada", "name": "Ada"}
FREE_KIM = KIM | {"state": "available", "available": True, "why": None}


@pytest.fixture
def lists(told):
    """From now on these can take the call; the others as ever."""

    def answer(*agents):
        told.answers("/api/targets*", TARGETS | {"agents": list(agents)})

    yield answer
    told.answers("/api/targets*", TARGETS)


def names(page):
    return targets(page).get_by_role("listitem").locator("b")


def transfer_to(page, name):
    return page.get_by_role("button", name=f"Transfer to {name}")


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

    to = {"number": "+44 20 7946 0123"}
    assert asked(told) == [{"command": "consult", "call": CALL, "to": to}]


def test_a_number_of_the_list_is_asked_for_with_its_country(talking, told, page):
    talking.control("Transfer").click()

    page.get_by_role("button", name="Consult +44 20 7946 0991").click()

    to = {"number": "+442079460991"}
    assert asked(told) == [{"command": "consult", "call": CALL, "to": to}]


def test_a_number_that_is_listed_and_typed_is_shown_once(talking, page):
    talking.control("Transfer").click()

    page.get_by_label("Agent, queue, flow or number").fill("+44 (0)20 7946 0991")

    expect(names(page).first).to_have_text("+44 20 7946 0991")
    expect(transfer_to(page, "+44 20 7946 0991")).to_have_count(1)


def test_a_number_without_its_country_is_asked_for_as_it_was_typed(talking, told, page):
    talking.control("Transfer").click()
    page.get_by_label("Agent, queue, flow or number").fill("020 7946 0123")

    page.get_by_role("button", name="Consult 020 7946 0123").click()

    to = {"number": "020 7946 0123"}
    assert asked(told) == [{"command": "consult", "call": CALL, "to": to}]


def test_a_list_that_cannot_be_loaded_still_takes_a_number(talking, told, page):
    page.unroute("**/api/targets*")
    page.route("**/api/targets*", lambda route: route.fulfill(status=503, body="{}"))
    talking.control("Transfer").click()
    talking.says("The list could not be loaded.")

    page.get_by_label("Agent, queue, flow or number").fill("442079460123")

    expect(transfer_to(page, "442079460123")).to_be_enabled()
    told.answers("/api/targets*", TARGETS)


def test_a_list_that_is_on_its_way_says_so(talking, told, page):
    asked_for = []

    def wait(route):
        asked_for.append(route)

    page.unroute("**/api/targets*")
    page.route("**/api/targets*", wait)
    with page.expect_request("**/api/targets*"):
        talking.control("Transfer").click()
    none = page.locator("#targets-none")
    expect(none).to_have_text("Loading…")

    for route in asked_for:
        route.fulfill(json=TARGETS)

    expect(transfer_to(page, "Joe")).to_be_visible()
    expect(none).to_be_hidden()
    told.answers("/api/targets*", TARGETS)


def test_who_is_listed_keeps_their_place_and_who_is_new_comes_last(talking, page, lists):
    talking.control("Transfer").click()
    expect(transfer_to(page, "Joe")).to_be_visible()
    before = names(page).all_inner_texts()

    lists(ADA, FREE_KIM, JOE)

    expect(transfer_to(page, "Ada")).to_be_visible(timeout=LISTED_WITHIN)
    expect(names(page)).to_have_text([*before, "Ada"])
    expect(transfer_to(page, "Kim")).not_to_have_attribute("aria-disabled", "true")


def test_other_words_bring_the_order_of_the_server(talking, page, lists):
    talking.control("Transfer").click()
    expect(transfer_to(page, "Joe")).to_be_visible()
    lists(ADA, FREE_KIM, JOE)

    page.get_by_label("Agent, queue, flow or number").fill("a")

    expect(names(page).first).to_have_text("Ada")
    expect(names(page).nth(2)).to_have_text("Joe")


def test_the_focus_stays_on_a_row_when_the_one_before_it_goes(talking, page, lists):
    talking.control("Transfer").click()
    transfer_to(page, "Kim").focus()

    lists(KIM)

    expect(transfer_to(page, "Joe")).to_have_count(0, timeout=LISTED_WITHIN)
    expect(transfer_to(page, "Kim")).to_be_focused()


def test_a_click_that_was_meant_for_a_row_that_went_hands_nobody_on(talking, told, page, lists):
    talking.control("Transfer").click()
    expect(transfer_to(page, "Joe")).to_be_visible()
    page.evaluate("""() => {
        const rows = document.getElementById("targets-rows");
        const {x, y} = rows.querySelector("[data-do=transfer]").getBoundingClientRect();
        const watch = new MutationObserver(() => {
            watch.disconnect();
            document.elementFromPoint(x + 9, y + 9).click();
        });
        watch.observe(rows, {childList: true});
    }""")

    lists(FREE_KIM)
    expect(transfer_to(page, "Joe")).to_have_count(0, timeout=LISTED_WITHIN)
    assert asked(told) == []
    transfer_to(page, "Kim").click()

    to = {"kind": "blind", "to": {"agent": "kim"}}
    assert asked(told) == [{"command": "transfer", "call": CALL, **to}]


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
