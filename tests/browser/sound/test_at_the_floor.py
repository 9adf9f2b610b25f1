"""Ada, at the floor, listens to Jane's call, whispers, and takes it over."""

from playwright.sync_api import expect

from tests.browser.hearing import hear
from tests.journeys.hearing import ADA, CUSTOMER, JANE
from tools.floor_page import FloorPage
from tools.pages import HearingPage

# The server and the page both hang up; whoever comes second is told that the leg is gone.
GONE = ["/members/", "There is no member with that id"]


def test_ada_listens_whispers_and_takes_over_from_the_floor(
    jane, customer, page_of, stack, expected
):
    expected += GONE
    page = page_of(ADA)
    ada, phone = FloorPage(page, stack).log_in(), HearingPage(page)
    bar = page.get_by_role("group", name="Supervision")

    ada.row("agents", "Jane").get_by_role("button", name="Listen").click()
    ada.says("You listen to Jane.")
    hear((phone, CUSTOMER, JANE), (jane, CUSTOMER), (customer, JANE))

    bar.get_by_role("button", name="Whisper").click()
    ada.says("You whisper to Jane.")
    hear((jane, CUSTOMER, ADA), (customer, JANE))
    page.reload()
    hear((phone, CUSTOMER, JANE), (jane, CUSTOMER, ADA), (customer, JANE))

    bar.get_by_role("button", name="Take over").click()
    page.locator("#ask-yes").click()
    ada.says("You took over from Jane.")
    jane.has(agent_state="wrap_up")
    hear((customer, ADA), (phone, CUSTOMER))
    page.reload()
    expect(page.get_by_role("heading", name="The call is yours")).to_be_visible()
    hear((customer, ADA), (phone, CUSTOMER))
    expect(page.get_by_role("button", name="Mute", exact=True)).to_be_visible()

    page.get_by_role("button", name="End", exact=True).click()
    customer.is_gone(within=3)
    expect(page.get_by_role("heading", name="The call is over: after-call work")).to_be_visible()
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_role("region", name="The call that I supervise")).to_be_hidden()
