"""Journeys of the first call: through the real processes, proved by sound."""

import threading
import time
from functools import partial

from sandbox.media.compare import correlation
from sandbox.media.decode import decode, read_file
from tools.people import wait_until
from tools.stack import ROOT

SPEECH = ROOT / "tests" / "data" / "speech.wav"


def test_menu_queue_and_an_agent_who_hears_the_caller_and_is_heard(caller, agent):
    jane = agent("jane").open_console().is_("available")
    customer = caller(presses="1")

    leg = jane.answers()

    customer.hears(1100)
    leg.hears(700)
    customer.hang_up()
    leg.is_gone(within=2)
    call = jane.call(jane.call_id)
    assert (call["state"], call["outcome"], call["queue"]) == ("ended", "answered", "Sales")
    assert call["hung_up_by"] == "customer"
    assert [offer["state"] for offer in call["offers"]] == ["accepted"]
    assert [event["version"] for event in call["events"]] == list(range(1, len(call["events"]) + 1))


def test_the_founding_menu_leads_to_jane(caller, agent):
    jane = agent("jane").is_("available")
    agent("joe").is_("available")
    customer = caller("founding")
    customer.has_heard_words("Thank you for calling my contact center.")

    customer.press("1")

    jane.answers().hears(700)
    customer.hears(1100)


def test_the_founding_menu_leads_to_joe(caller, agent):
    agent("jane").is_("available")
    joe = agent("joe", tone=1300).is_("available")
    customer = caller("founding")
    customer.has_heard_words("Thank you for calling my contact center.")

    customer.press("2")

    joe.answers().hears(700)
    customer.hears(1300)


def test_a_number_that_goes_straight_to_jane(caller, agent):
    jane = agent("jane").is_("available")

    customer = caller("jane")

    jane.answers().hears(700)
    customer.hears(1100)


def test_nobody_answers_and_joe_gets_it_while_the_music_plays_on(caller, agent):
    jane = agent("jane", "never").open_console().is_("available")
    joe = agent("joe", "after 1s", tone=1300).is_("available")
    customer = caller(presses="1")
    wait_until(lambda: jane.rung, "Jane is rung")
    played = Watch(lambda: customer.now()["playing"])

    wait_until(lambda: joe.me()["offer"], "Joe is rung")
    seen = played.end()

    assert seen
    assert {str(what).partition(":")[0] for what in seen} == {"music"}
    joe.answers().hears(700)
    customer.hears(1300)
    assert jane.me()["state"] == "missed"
    offers = joe.call(joe.call_id)["offers"]
    assert [(offer["agent"], offer["state"]) for offer in offers] == [
        ("Jane", "missed"),
        ("Joe", "accepted"),
    ]


def test_the_caller_leaves_in_the_menu(caller, agent, ada_sees):
    customer = caller()
    customer.has_heard_words("Welcome.")

    customer.hang_up()

    call = ada_sees(customer, "ended")
    assert (call["outcome"], call["hung_up_by"]) == ("abandoned_in_flow", "customer")


def test_the_caller_leaves_in_the_queue(caller, ada_sees):
    customer = caller(presses="1")
    customer.hears_music()

    customer.hang_up()

    assert ada_sees(customer, "ended")["outcome"] == "short_abandoned"


def test_the_caller_leaves_while_an_agent_is_rung(caller, agent, ada_sees):
    jane = agent("jane", "never").open_console().is_("available")
    customer = caller(presses="1")
    wait_until(lambda: jane.rung, "Jane is rung")

    customer.hang_up()

    call = ada_sees(customer, "ended")
    assert [offer["state"] for offer in call["offers"]] == ["rescinded"]
    wait_until(lambda: not customer.sandbox.live_legs(), "Jane's phone is silent", within=4)
    assert jane.me()["state"] == "available"


def test_jane_ends_the_call_from_her_console(caller, agent):
    jane = agent("jane").open_console().is_("available")
    customer = caller(presses="1")
    leg = jane.answers()
    leg.hears(700)

    jane.command("end", call=jane.call_id)

    customer.is_gone(within=2)
    leg.is_gone(within=2)
    assert wait_until(lambda: jane.call(jane.call_id)["hung_up_by"], "it has ended") == "agent"


def test_jane_hangs_up_her_phone(caller, agent):
    jane = agent("jane").open_console().is_("available")
    customer = caller(presses="1")
    leg = jane.answers()
    leg.hears(700)

    leg.hang_up()

    customer.is_gone(within=2)
    assert jane.call(jane.call_id)["hung_up_by"] == "agent"
    wait_until(lambda: jane.me()["state"] == "available", "the wrap-up ends by itself")


def test_jane_is_lost_and_the_caller_reaches_joe(caller, agent):
    jane = agent("jane").open_console().is_("available")
    joe = agent("joe", "after 3s", tone=1300)
    customer = caller(presses="1")
    leg = jane.answers()
    leg.hears(700)
    jane.close_console()
    enqueued_at = jane.call(jane.call_id)["enqueued_at"]

    leg.lose()

    customer.has_heard_words("We have lost the connection")
    customer.hears_music()
    joe.is_("available")
    joe.answers().hears(700)
    customer.hears(1300)
    call = joe.call(joe.call_id)
    assert call["enqueued_at"] == enqueued_at
    assert call["room"].endswith("-2")


def test_two_callers_and_one_agent(caller, agent):
    jane = agent("jane").open_console().is_("available")
    first = caller(presses="1")
    leg = jane.answers()
    second = caller(audio={"tone": 900}, presses="1")

    leg.hears(700)
    first.hears(1100)
    second.hears_music()

    first.hang_up()
    wait_until(lambda: jane.me()["call"] is None, "Jane's first call is over")
    jane.answers().hears(900)
    second.hears(1100)


def has_been_asked(customer, times):
    return sum("Welcome" in text for text in customer.now()["spoken"]) == times


def test_a_wrong_key_three_times(caller, ada_sees):
    customer = caller()
    for asked in (1, 2, 3):
        wait_until(partial(has_been_asked, customer, asked), f"the menu is spoken {asked} times")
        customer.press("9")

    customer.has_heard_words("Goodbye.")
    call = ada_sees(customer, "ended")
    assert (call["outcome"], call["hung_up_by"]) == ("abandoned_in_flow", "system")


def test_speech_arrives_as_it_was_spoken(caller, agent):
    jane = agent("jane").is_("available")
    caller(audio={"file": str(SPEECH)}, presses="1")

    leg = jane.answers()

    sent = read_file(str(SPEECH))
    wait_until(
        lambda: correlation(sent, decode(leg.sandbox.wav(leg.uuid, 10))) >= 0.9,
        "Jane hears the caller's words",
        within=20,
    )


class Watch:
    """Looks at something again and again, from a thread of its own."""

    def __init__(self, look):
        self._look, self._seen, self._over = look, [], threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self):
        self._over.set()
        self._thread.join()
        return self._seen

    def _run(self):
        while not self._over.is_set():
            self._seen.append(self._look())
            time.sleep(0.05)
