"""Journeys of callers whom a queue does not let in, or does not keep."""

from datetime import UTC, datetime, timedelta

import pytest

from tools.people import wait_until

NUMBER = "442079461111"
TOMORROW = "Please call again tomorrow."


def test_a_queue_that_was_closed_at_once_lets_nobody_in_until_it_is_opened(caller, sales, ada_sees):
    sales.sends_on("emergency", "hang_up", words="We have a fire alarm. " + TOMORROW)
    sales.change(is_emergency_closed=True)

    customer = caller(presses="1")

    customer.has_heard_words("fire alarm")
    assert ada_sees(customer, "ended")["outcome"] == "overflowed"
    sales.change(is_emergency_closed=False)
    caller(presses="1").hears_music()


@pytest.mark.parametrize("by", ["hours", "exception"])
def test_a_queue_is_closed_by_its_schedule_and_by_a_day_that_differs(
    caller, sales, schedule, ada_sees, by
):
    now = datetime.now(UTC)
    # Days around today, so that midnight does not matter.
    closed_by = {
        "hours": ([(now.weekday() + 3) % 7], []),
        "exception": (range(7), [now.date(), now.date() + timedelta(days=1)]),
    }
    sales.change(schedule=schedule(*closed_by[by]))
    sales.sends_on("closed", "hang_up", words="We are closed. " + TOMORROW)

    customer = caller(presses="1")

    customer.has_heard_words("We are closed.")
    assert ada_sees(customer, "ended")["outcome"] == "overflowed"


def test_a_queue_that_is_open_lets_callers_in(caller, sales, schedule):
    sales.change(schedule=schedule(range(7), []))

    caller(presses="1").hears_music()


def test_a_full_queue_sends_the_next_caller_to_another(caller, agent, sales, support, ada_sees):
    joe = agent("joe", tone=1300).is_("on_break", "lunch")
    sales.change(max_size=1).sends_on("full", "queue", other_queue=support.number)
    first = caller(presses="1")
    first.hears_music()

    second = caller(audio={"tone": 900}, presses="1")

    second.hears_music()
    assert ada_sees(first, "queued")["queue"] == "Sales"
    assert ada_sees(second, "queued")["queue"] == "Support"
    joe.is_("available")
    joe.answers().hears(700)


def test_who_has_waited_too_long_is_connected_to_a_number(caller, agent, sales, sandbox, ada_sees):
    agent("jane").is_("on_break", "lunch")
    answers = {"number": NUMBER, "answer": "after 1s", "audio": {"tone": 1500}}
    sandbox.post("phones", answers)
    sales.change(max_wait_seconds=10)
    sales.sends_on("late", "number", number=NUMBER, words="We are putting you through.")
    customer = caller(presses="1")
    customer.hears_music()

    customer.has_heard_words("We are putting you through.")

    customer.hears(1500)
    phone = next(leg for leg in sandbox.live_legs() if leg["number"] == NUMBER)
    wait_until(
        lambda: abs((sandbox.get(f"calls/{phone['uuid']}")["heard"]["peak_hz"] or 0) - 700) < 10,
        "the number hears the caller",
    )
    customer.hang_up()
    assert ada_sees(customer, "ended")["outcome"] == "overflowed"
    wait_until(lambda: not sandbox.live_legs(), "the number is hung up")


def test_a_number_that_does_not_answer_is_not_the_end_of_the_world(
    caller, agent, sales, sandbox, ada_sees
):
    sandbox.post("phones", {"number": NUMBER, "answer": "busy"})
    sales.sends_on("no_agents", "number", number=NUMBER)

    customer = caller(presses="1")

    customer.has_heard_words("nobody could be reached")
    customer.is_gone(within=8)
    assert ada_sees(customer, "ended")["outcome"] == "overflowed"
