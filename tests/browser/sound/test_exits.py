"""Consultations that somebody leaves: who is asked, the customer, the agent who asks, or both."""

from playwright.sync_api import expect

from tests.browser.hearing import hear
from tests.journeys.hearing import CUSTOMER, JANE, JOE, MUSIC
from tools.people import wait_until

STILL_HELD = "The caller is still on hold."
GONE_WITHIN = 60  # seconds: the platform keeps the line of a page that is gone for thirty
RUNG_FOR = 40


def test_jane_returns_to_the_customer_and_joe_declines(jane, consulted, customer):
    joe = consulted
    jane.control("Return").click()
    joe.has(agent_state="available")
    hear((customer, JANE), (jane, CUSTOMER))

    jane.consults("Joe")
    joe.decline()
    jane.says(STILL_HELD)
    hear((customer, MUSIC))
    jane.hears_nothing()
    jane.resumes()
    hear((customer, JANE), (jane, CUSTOMER))


def test_joe_misses_that_he_is_asked_and_the_customer_stays_on_hold(jane, joe, customer):
    joe.go_available()
    jane.consults("Joe")
    joe.is_rung()

    view = joe.page.locator("body")
    wait_until(
        lambda: view.get_attribute("data-view") == "missed", "Joe misses it", within=RUNG_FOR
    )

    jane.says(f"Joe did not answer. {STILL_HELD}")
    expect(jane.control("Resume")).to_be_visible()
    hear((customer, MUSIC))
    jane.hears_nothing()


def test_when_joe_drops_out_the_customer_stays_on_hold_until_jane_resumes(
    jane, consulted, customer, lose
):
    lose("Joe")

    jane.says(f"Joe has left. {STILL_HELD}")
    hear((customer, MUSIC))
    jane.hears_nothing()
    jane.resumes()
    hear((customer, JANE), (jane, CUSTOMER))


def test_when_the_customer_drops_out_jane_and_joe_talk_on(jane, consulted, customer, sandbox):
    customer.lose()

    jane.says("The caller has hung up. You still talk with Joe.")
    consulted.says("The caller has hung up. You still talk with Jane.")
    hear((jane, JOE), (consulted, JANE))
    jane.end()
    wait_until(lambda: not sandbox.live_legs(), "all legs are gone")
    jane.has(agent_state="wrap_up")
    consulted.has(agent_state="available")


def test_when_janes_page_is_closed_joe_has_the_customer(jane, consulted, customer):
    jane.page.close()

    expect(consulted.page.locator("body")).to_have_attribute(
        "data-call-state", "connected", timeout=GONE_WITHIN * 1000
    )
    hear((customer, JOE), (consulted, CUSTOMER))
    consulted.end()
    consulted.has(agent_state="wrap_up")
    customer.is_gone(within=3)


def test_when_both_drop_out_at_once_the_customer_waits_for_whoever_is_back_first(
    jane, consulted, customer, lose
):
    lose("Jane", "Joe")

    customer.has_heard_words("We have lost the connection")
    hear((customer, MUSIC))
    rung = wait_until(lambda: _rung(jane, consulted), "one of them is rung")
    rung.answers()
    voice = JANE if rung is jane else JOE
    hear((customer, voice), (rung, CUSTOMER))


def _rung(*pages):
    return next((one for one in pages if one.page.locator("[data-offer]").is_visible()), None)
