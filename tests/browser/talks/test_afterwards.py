"""From the call to the work after it and on: where the focus is, and what Done asks for."""

import pytest
from playwright.sync_api import expect

from tools.talk_tour import CALL, CARD, ago

OUTCOMES = [
    {"id": 1, "label": "Sold", "children": []},
    {"id": 2, "label": "Not sold", "children": []},
]
AFTER = {
    "call": CALL, "kind": "call", "number": None, "from": "447700900123", "to": "442079460000",
    "queue": "Sales", "hung_up_by": "customer", "extendable": True, "seconds": 30, "outcome": None,
    "outcome_required": False,
}  # fmt: skip


@pytest.fixture
def asked_for_an_outcome(told):
    """The queue of the call has outcomes to choose from."""
    told.answers(f"/api/calls/{CALL}/card", CARD | {"dispositions": OUTCOMES})
    yield
    told.answers(f"/api/calls/{CALL}/card", CARD)


@pytest.fixture
def outcome(asked_for_an_outcome, talking, page):
    """An outcome of the call at hand, with the focus on it."""
    found = page.get_by_role("radio", name="Sold", exact=True)
    found.focus()
    expect(found).to_be_focused()
    return found


def works_after_it(jane, told, **facts):
    after = AFTER | {"answered_at": ago(60), "ended_at": ago(1)}
    told.agent(state="wrap_up", call=None, wrap_up=after, wrap_up_until=ago(-60), **facts)
    jane.has(view="wrapup")


def test_the_focus_stays_on_an_outcome_when_the_outcomes_move_up(outcome, talking, told):
    works_after_it(talking, told)

    expect(outcome).to_be_focused()


def test_the_focus_goes_from_an_outcome_to_the_bar_when_the_work_is_over(
    outcome, talking, told, page
):
    works_after_it(talking, told)

    told.agent()

    talking.has(view="available")
    expect(page.get_by_role("heading", name="Waiting for a call")).to_be_focused()


def test_done_does_not_ask_for_a_reason_that_only_the_system_gives(talking, told, page):
    works_after_it(talking, told, next_state="on_break", next_reason="device")
    done = page.locator("#done")

    expect(done).to_have_attribute("data-choose", "on_break")

    assert done.get_attribute("data-reason") is None
