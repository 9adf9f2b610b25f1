"""Between calls: why somebody is where they are, since when, and what they missed."""

import re

import pytest
from playwright.sync_api import expect

from tools.talk_tour import ago

DAY = 24 * 3600  # seconds
OTHER_DAY = r"\d+ \w+( \d{4})?, \d\d:\d\d"
MISSED = {
    "kind": "call", "number": None, "from": "447700900001", "queue": None, "by": None,
    "rang_seconds": 20,
}  # fmt: skip


@pytest.fixture
def todo(told, page):
    """Tells the page what is to be done, and has it ask."""

    def say(**lists):
        told.answers("/api/todo", {"voicemails": [], "callbacks": [], "outcomes": []} | lists)
        told.agent(outcomes=1)

    yield say
    page.unroute("**/api/todo")


def test_when_a_callback_is_tried_again_has_its_day(jane, todo):
    callback = {
        "id": 1, "call": 5, "number": "447700900456", "queue": "Sales", "asked_at": ago(60),
        "enqueued_at": ago(60), "tries": 1, "max_tries": 3, "state": "waiting",
        "retry_at": ago(-2 * DAY),
    }  # fmt: skip
    todo(callbacks=[callback])

    expect(jane.todo).to_contain_text(re.compile(rf"again at {OTHER_DAY}"))


@pytest.mark.parametrize("state", ["on_break", "offline"])
def test_what_was_set_on_another_day_says_so(jane, told, page, state):
    told.agent(state=state, reason="connection_lost", since=ago(2 * DAY), actor=None)

    words = re.compile(rf"Set by the system at {OTHER_DAY}")
    expect(page.locator("[data-bar]:not([hidden])")).to_contain_text(words)


def test_a_break_since_another_year_says_which(jane, told, page):
    since = ago(400 * DAY)
    told.agent(state="on_break", reason="lunch", since=since)

    words = re.compile(rf"Since \d+ \w+ {since[:4]}, \d\d:\d\d\.")
    expect(page.locator("[data-bar=break]")).to_contain_text(words)


@pytest.mark.parametrize(
    ("offered", "words"),
    [
        ({"queue": "Sales"}, "a call from +44 7700 900 001 in Sales rang here for 20 s"),
        ({"kind": "callback", "number": "447700900456"}, "a callback to +44 7700 900 456 rang"),
        (
            {"kind": "consult", "by": "Joe", "queue": "Sales"},
            "Joe asked you about a customer from Sales, and it rang here for 20 s",
        ),
        ({"kind": "consult"}, "a colleague asked you about a customer, and it rang"),
        (
            {"kind": "conference", "by": "Joe", "queue": "Sales"},
            "Joe wanted you in a call from Sales, and it rang",
        ),
        ({"kind": "outgoing", "by": "Joe"}, "Joe called you, and it rang"),
        (
            {"kind": "outgoing", "number": "447700900456"},
            "your own call to +44 7700 900 456 rang",
        ),
    ],
)
def test_what_was_missed_is_said_as_what_it_was(jane, told, page, offered, words):
    told.agent(state="missed", missed=MISSED | {"at": ago(1)} | offered)
    jane.has(view="missed")

    jane.says(words)
    jane.says("No calls come to you until you are back.")


def test_only_the_caller_of_a_queue_is_said_to_have_kept_a_place(jane, told, page):
    bar = page.locator("[data-bar=missed]")
    told.agent(state="missed", missed=MISSED | {"queue": "Sales", "at": ago(1)})
    expect(bar).to_contain_text("The caller kept the place.")

    told.agent(state="missed", missed=MISSED | {"kind": "consult", "queue": "Sales", "at": ago(1)})

    expect(bar).to_contain_text("asked you about a customer")
    expect(bar).not_to_contain_text("The caller kept the place.")
