"""A person at the phone page, another at the console: a call from one browser to the other."""

import pytest
from playwright.sync_api import expect

from tools.people import wait_until


@pytest.fixture
def talking(jane, phone, stack):
    """The phone page, in conversation with Jane through the menu."""
    phone.call(stack.described()["numbers"]["menu"])
    phone.says("press 1")
    phone.press("1")
    jane.answers()
    return phone


def test_caller_and_agent_hear_each_other_from_browser_to_browser(jane, talking):
    talking.hears(1100)
    jane.hears(700)
    talking.has(call="answered")


def test_the_page_shows_the_legs_and_what_went_over_the_wire(jane, talking, sandbox):
    legs = {leg["uuid"] for leg in sandbox.live_legs()}
    assert len(legs) == 2

    table = talking.page.get_by_role("region", name="Live legs")
    for uuid in legs:
        expect(table.locator(f'[data-leg="{uuid}"]')).to_be_visible()
    expect(table.get_by_role("cell", name="You")).to_be_visible()
    expect(table.get_by_role("cell", name="Jane browser")).to_be_visible()
    log = talking.page.get_by_role("tabpanel", name="Webhooks")
    expect(log.get_by_text("keys 1")).to_be_visible()


def test_a_muted_caller_is_not_heard(jane, talking):
    jane.hears(700)

    talking.mute()

    jane.hears_nothing()
    talking.button("Unmute").click()
    jane.hears(700)


def test_the_caller_hangs_up(jane, talking, sandbox):
    jane.hears(700)

    talking.hang_up()

    wait_until(lambda: not sandbox.live_legs(), "all legs are gone", within=2)
    jane.has(view="wrapup")


def test_a_closed_page_hangs_up(jane, talking, sandbox):
    jane.hears(700)

    talking.page.close()

    wait_until(lambda: not sandbox.live_legs(), "all legs are gone", within=6)
