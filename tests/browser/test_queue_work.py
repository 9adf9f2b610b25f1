"""What queues ask of agents besides talking: to be seen and done in real consoles."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tools.browser import tone
from tools.people import Agent, wait_until
from tools.stack import ROOT

SEED = {"SEED_OFFER": "20", "SEED_WRAP_UP": "6"}
ASKED_WITHIN = 60.0  # seconds: callers hear their choices after 15 s of waiting
SEEN_WITHIN = 9_000  # milliseconds: consoles ask for what others did one after the other
CUSTOMER = "447700900001"  # whom the robots call from

MESSAGE = """
from pathlib import Path
from django.core.files.base import ContentFile
from django.utils import timezone
from calls.models import Call, Queue, Voicemail
message = Voicemail(
    call=Call.objects.latest("id"), queue=Queue.objects.get(name="Sales"), key="f" * 32,
    number="447700900123", state="new", duration=1,
    began_at=timezone.now(), recorded_at=timezone.now(),
)
message.audio.save("message.wav", ContentFile(Path({path!r}).read_bytes()))
"""

CHOSEN = """
from django.utils import timezone
from calls.models import Disposition, Handling
for offer in Handling.lacking():
    Handling.objects.update_or_create(
        call=offer.call, agent=offer.agent,
        defaults={"disposition": Disposition.objects.first(), "saved_at": timezone.now()},
    )
"""


@pytest.fixture
def run(stack):
    """Python inside the system, for what an operator sets in the admin."""

    def in_shell(code):
        subprocess.run(
            [sys.executable, "manage.py", "shell", "-c", code],
            cwd=ROOT,
            env=stack.environment,
            check=True,
            capture_output=True,
        )

    return in_shell


@pytest.fixture
def sales(run):
    """Sales with other settings, for one test; calls of the tests before lack no outcome."""

    def has(**settings):
        row = "Queue.objects.filter(name='Sales')"
        run(f"from calls.models import Queue; {row}.update(**{settings})\n{CHOSEN}")

    yield has
    has(
        strategy="longest_idle", is_disposition_required=False,
        offers_callback=False, choices_every_seconds=0,
    )  # fmt: skip


@pytest.fixture
def joe(console):
    return console("joe").go_available()


def test_what_was_chosen_to_follow_does_so_with_the_page_closed(jane, caller, stack, sandbox):
    customer = caller(presses="1")
    jane.answers()
    jane.plans("Break: lunch")
    customer.hang_up()
    jane.has(view="wrapup")
    jane.says("you go on a break: lunch")

    jane.page.close()

    me = Agent(stack, sandbox, "jane").me
    wait_until(lambda: me()["state"] == "on_break", "the break follows", within=20, seen=me)
    assert me()["reason"] == "lunch"


def test_what_follows_is_taken_back_by_choosing_available(jane, caller):
    customer = caller(presses="1")
    jane.answers()
    jane.plans("Break: lunch")
    expect(jane.page.locator("#said")).to_have_text("After this: Break: lunch.")

    jane.plans("Available")

    expect(jane.page.locator("#said")).to_have_text("After this: Available.")
    customer.hang_up()
    jane.has(view="available")


def test_a_message_is_heard_claimed_seen_by_others_and_done(jane, joe, caller, run, tmp_path):
    caller(presses="1").hang_up()
    path = tone(tmp_path / "message.wav", 440)

    run(MESSAGE.format(path=str(path)))

    expect(jane.todo).to_contain_text("+44 7700 900 123", timeout=20_000)
    length = "it => it.play().then(() => it.duration)"
    assert jane.page.locator("#todo audio").evaluate(length) == pytest.approx(1, abs=0.1)
    jane.todo.get_by_role("button", name="Claim").click()
    expect(jane.todo).to_contain_text("Yours")
    expect(jane.todo.get_by_role("button", name="Done")).to_be_focused()
    expect(joe.todo).to_contain_text("Jane has it", timeout=SEEN_WITHIN)
    expect(joe.todo.get_by_role("button", name="Claim")).to_be_hidden()
    jane.todo.get_by_role("button", name="Done").click()
    jane.says("Nothing to do now")
    expect(joe.todo).to_have_count(0, timeout=SEEN_WITHIN)


def test_an_outcome_that_is_required_is_chosen_before_done(jane, caller, sales):
    sales(is_disposition_required=True)
    customer = caller(presses="1")
    jane.answers()
    customer.hang_up()
    jane.has(view="wrapup")
    done = jane.button("Done, available")
    expect(done).to_have_attribute("aria-disabled", "true")
    expect(done).to_have_accessible_description("An outcome is required")

    jane.chooses_outcome("Interested")

    expect(done).not_to_have_attribute("aria-disabled", "true")
    jane.is_done()
    jane.says("Nothing to do now")


def test_an_outcome_that_was_never_chosen_is_something_to_do(jane, caller, sales):
    sales(is_disposition_required=True)
    customer = caller(presses="1")
    jane.answers()
    customer.hang_up()
    jane.has(view="wrapup")

    jane.has(view="available")  # its time is over

    expect(jane.todo).to_contain_text("Call without an outcome")
    save = jane.todo.get_by_role("button", name="Save")
    expect(save).to_have_attribute("aria-disabled", "true")
    jane.todo.get_by_role("combobox").select_option(label="Sold")
    save.click()
    jane.says("Nothing to do now")


def test_a_call_that_rings_for_all_is_taken_by_one_and_the_others_are_told(
    jane, joe, caller, sales
):
    sales(strategy="ring_all")
    caller(presses="1")
    jane.is_rung()
    joe.is_rung()

    joe.answers()

    jane.has(view="available", agent_state="available")
    jane.says("Joe has taken the Sales call.")
    expect(jane.page.get_by_text("hung up before you answered")).to_have_count(0)
    joe.hears(700)


def hears(customer, words):
    def is_said():
        return any(words in text for text in customer.now()["spoken"])

    wait_until(is_said, f"{words!r} is said", within=ASKED_WITHIN, seen=customer.now)


@pytest.fixture
def callback(console, caller, sales):
    """Somebody who asked to be called, and Jane's console, offline until it is waited for."""
    sales(offers_callback=True, choices_every_seconds=15)
    jane = console("jane")
    customer = caller(presses="1")
    hears(customer, "so that you keep your place")
    customer.press("1")
    hears(customer, "We will call you back at")
    customer.press("1")
    customer.is_gone(within=30)
    return jane


def test_a_callback_is_offered_rings_and_is_a_call(callback, sandbox):
    jane = callback
    sandbox.post("phones", {"number": CUSTOMER, "answer": "after 3s", "audio": {"tone": 700}})

    jane.go_available()

    jane.is_rung()
    jane.says("They asked to be called; you will hear it ring.")
    jane.accept()
    jane.says("Calling, it rings")
    jane.has(call_state="connected")
    jane.hears(700)


def test_a_callback_that_is_not_reached_leaves_the_agent_available(callback, sandbox):
    jane = callback
    sandbox.post("phones", {"number": CUSTOMER, "answer": "busy"})

    jane.go_available()
    jane.accept()

    jane.says("+44 7700 900 001 was not reached. You are available again.")
    jane.has(view="available")
    expect(jane.todo).to_contain_text("tried 1 of 3 times")
