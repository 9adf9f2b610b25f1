"""Journeys of callers who do not wait: they are called back, or leave a message."""

import time
from datetime import UTC, datetime

import pytest

from sandbox.media.decode import decode
from sandbox.media.spectrum import dominant
from tests.journeys.pages import seconds_told_of
from tools.people import Party, wait_until

HOME = "447700900042"


@pytest.fixture
def asked_to_call_back(caller, sales):
    """A caller from HOME whom nobody could take; they have asked to be called back."""
    sales.sends_on("no_agents", "callback")
    customer = caller(presses="1", **{"from": HOME})
    wait_until(lambda: any("press 1" in text for text in said(customer)[1:]), "the number is read")
    customer.press("1")
    customer.is_gone(within=12)
    sales.sends_nobody_on()
    return customer


def said(party):
    return party.now()["spoken"]


def behaves(sandbox, answer, tone=900):
    """What the caller's telephone does when it is called."""
    sandbox.post("phones", {"number": HOME, "answer": answer, "audio": {"tone": tone}})


def is_due(agent):
    """Whether the one open callback may be made now."""
    (row,) = agent.todo()["callbacks"]
    return row["retry_at"] and datetime.fromisoformat(row["retry_at"]) <= datetime.now(UTC)


def called_back(sandbox):
    """The leg to the caller's telephone, once it was answered."""
    leg = wait_until(
        lambda: next(
            (
                leg
                for leg in sandbox.live_legs()
                if leg["number"] == HOME
                and leg["direction"] == "outbound"
                and leg["status"] == "answered"
            ),
            None,
        ),
        "the caller is called back",
    )
    return Party(sandbox, leg["uuid"])


def test_a_callback_keeps_its_place_and_both_hear_each_other(
    asked_to_call_back, caller, agent, sandbox, ada_sees
):
    behaves(sandbox, "after 1s")
    call = ada_sees(asked_to_call_back, "awaiting_callback")
    jane = agent("jane").open_console().is_("on_break", "lunch")
    later = caller(presses="1")
    later.hears_music()
    wait_until(lambda: is_due(jane), "the caller has had time to put the receiver down")

    jane.is_("available")

    leg = jane.answers()
    assert jane.call_id == call["id"]
    phone = called_back(sandbox)
    leg.hears(900)
    phone.hears(1100)
    assert any("Callback for" in text for text in said(leg))
    assert any("your callback" in text for text in said(phone))
    found = jane.call(call["id"])
    assert (found["state"], found["enqueued_at"]) == ("connected", call["enqueued_at"])
    phone.hang_up()
    leg.is_gone(within=3)
    assert wait_until(lambda: jane.call(call["id"])["outcome"], "it is over") == "answered"


def test_who_is_not_reached_is_called_again(sales, asked_to_call_back, agent, sandbox):
    behaves(sandbox, "busy")
    jane = agent("jane").open_console().is_("available")
    sales.change(callback_retry_seconds=10)
    leg = jane.answers()
    leg.has_heard_words("The line is busy.")
    leg.is_gone(within=5)
    wait_until(lambda: jane.me()["state"] == "available", "Jane is free without a wrap-up")
    todo = jane.todo()["callbacks"]
    assert [row["tries"] for row in todo] == [1]

    behaves(sandbox, "after 0s")

    wait_until(lambda: jane.me()["call"], "it is Jane's turn again", within=25)
    leg = jane.answers()
    called_back(sandbox)
    leg.hears(900)


def speak_for(seconds):
    """Robots speak by themselves: only time passes."""
    began = time.monotonic()
    wait_until(lambda: time.monotonic() - began > seconds, "time passes")


@pytest.fixture
def message(caller, sales):
    """A caller has left a message of a tone, because nobody was there."""
    sales.sends_on("no_agents", "voicemail", words="Nobody is here.")
    customer = caller(presses="1", audio={"tone": 700})
    wait_until(lambda: customer.now()["recording"], "the caller is recorded")
    speak_for(2)
    customer.press("#")
    customer.has_heard_words("Thank you")
    customer.is_gone(within=8)
    return customer


def test_a_message_is_recorded_fetched_and_played(message, agent, ada_sees):
    jane = agent("jane").is_("available")

    row = wait_until(
        lambda: next((one for one in jane.todo()["voicemails"] if one["audio"]), None),
        "the message can be heard",
    )

    assert ada_sees(message, "ended")["outcome"] == "voicemail"
    sound = jane.downloads(row["audio"])
    assert sound.headers["Content-Type"] == "audio/mpeg"
    samples = decode(sound.content)
    assert len(samples) / 16_000 > 1.5
    assert dominant(samples) == pytest.approx(700, abs=5)


def test_a_message_is_looked_after_by_one_agent(message, agent):
    jane, joe = agent("jane").is_("available"), agent("joe").is_("available")
    number = wait_until(lambda: jane.todo()["voicemails"], "there is a message")[-1]["id"]

    assert jane.does(f"voicemails/{number}/claim").ok
    taken = joe.does(f"voicemails/{number}/claim")

    assert taken.status_code == 409
    mine = next(row for row in joe.todo()["voicemails"] if row["id"] == number)
    assert (mine["claimed_by"], mine["mine"]) == ("Jane", False)
    assert jane.does(f"voicemails/{number}/done").ok
    assert number not in [row["id"] for row in jane.todo()["voicemails"]]


def test_after_all_of_it_nothing_is_broken_and_every_second_is_accounted_for(health, agent):
    for one in (agent("jane"), agent("joe")):
        told, least, most = seconds_told_of(one)
        assert least <= told <= most

    # The sums to the microsecond, and all else that must hold.
    assert health.look_anew().broken() == []
