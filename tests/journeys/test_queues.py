"""Journeys of waiting callers through the real processes, set up through the admin's own pages.

| Row of acceptance | Where |
|---|---|
| 3 console killed, 8 missed offers | `tests/browser/test_outcomes.py`, `test_first_call.py` |
| 4 doubled, reversed, late webhooks | `test_replay.py`; signatures: `calls/tests` |
| 5 killed with ten callers waiting | here; killed after each webhook: `test_replay.py` |
| 6 two nodes match at once | here; 8 threads: `calls/tests/test_races.py` |
| 7 wrap-up ends without a browser | here |
| 10 closed by hand, hours, exception | `test_sent_on.py`; DST: `ivr/tests/test_schedules.py` |
| 11 callback, and messages | `test_callbacks_and_messages.py` |
| 12 overflow by size, time, nobody logged in | `test_sent_on.py` |
| 13 the announced position | here |
| 15 time in states | at the end of `test_callbacks_and_messages.py` |
"""

from tools.people import wait_until


def test_ten_callers_keep_their_place_when_everything_is_killed(caller, agent, stack, ada_sees_all):
    jane = agent("jane").is_("on_break", "lunch")
    customers = [caller() for _ in range(10)]
    for customer in customers:
        customer.has_heard_words("Welcome.")
        customer.press("1")
    before = [call["enqueued_at"] for call in ada_sees_all(customers, "queued")]

    stack.kill_web()
    stack.start_web()

    assert [call["enqueued_at"] for call in ada_sees_all(customers, "queued")] == before
    assert all(customer.gets_music() for customer in customers)
    jane.is_("available")
    jane.answers()
    assert jane.call(jane.call_id)["enqueued_at"] == min(before)


def test_two_routers_never_give_a_caller_two_agents_nor_an_agent_two_callers(
    caller, agent, stack, ada_sees_all
):
    stack.start_router()
    agents = [agent(f"agent{number:02}", "after 1s") for number in range(1, 9)]
    customers = [caller() for _ in agents]
    for customer in customers:
        customer.has_heard_words("Welcome.")
        customer.press("1")
    for customer in customers:
        wait_until(customer.gets_music, "the music plays")

    for one in agents:
        one.is_("available")

    calls = ada_sees_all(customers, "connected")
    stack.stop_router()
    taken = [offer["agent"] for call in calls for offer in call["offers"]]
    assert len(taken) == len(set(taken)) == len(agents)


def test_the_choice_for_after_the_call_comes_true_without_a_browser(caller, agent):
    jane = agent("jane").open_console().is_("available")
    customer = caller(presses="1")
    jane.answers().hears(700)

    jane.chooses_next("on_break", "lunch")
    jane.close_console()
    customer.hang_up()

    me = wait_until(
        lambda: (found := jane.me())["state"] == "on_break" and found, "Jane is at lunch"
    )
    assert me["reason"] == "lunch"
    assert me["next_state"] is None


def positions(customer):
    """The places in line that this caller was told, in order."""
    words = ("next", "second", "third")
    spoken = [text for text in customer.now()["spoken"] if "in line" in text]
    return [next(i for i, word in enumerate(words, 1) if word in text) for text in spoken]


def test_the_announced_position_never_gets_worse(caller, agent, sales):
    agent("jane").is_("on_break", "lunch")
    sales.change(announce_every_seconds=15, announces_position=True)
    first = caller(presses="1")
    first.hears_music()
    second = caller(presses="1")
    second.hears_music()

    wait_until(lambda: positions(second), "the second caller is told", within=25)
    first.hang_up()
    wait_until(lambda: len(positions(second)) == 2, "and told again", within=25)

    assert positions(second) == [2, 1]
    second.hears_music()


def test_a_queue_that_rings_all_has_one_winner_and_the_others_are_told(
    caller, agent, sales, sandbox
):
    jane = agent("jane", "never").open_console().is_("available")
    joe = agent("joe", "after 2s", tone=1300).open_console().is_("available")
    sales.change(strategy="ring_all")
    customer = caller(presses="1")
    wait_until(lambda: jane.rung and joe.rung, "both are rung")

    joe.answers().hears(700)

    customer.hears(1300)
    assert jane.me()["taken"]["by"] == "Joe"
    assert jane.me()["state"] == "available"
    wait_until(lambda: len(sandbox.live_legs()) == 2, "Jane's telephone is silent")
    offers = joe.call(joe.call_id)["offers"]
    assert {offer["agent"]: offer["state"] for offer in offers} == {
        "Jane": "rescinded",
        "Joe": "accepted",
    }


def test_who_stays_on_the_line_goes_back_to_the_music_and_keeps_the_place(
    caller, agent, sales, ada_sees
):
    jane = agent("jane").open_console().is_("on_break", "lunch")
    sales.change(choices_every_seconds=15, offers_callback=True, offers_voicemail=True)
    customer = caller(presses="1")
    customer.hears_music()
    before = ada_sees(customer, "queued")

    wait_until(
        lambda: any("press 1" in text for text in customer.now()["spoken"][1:]),
        "other ways are offered",
        within=25,
    )
    wait_until(lambda: not customer.gets_music(), "the caller is out of the room")
    customer.press("9")

    customer.hears_music()
    after = ada_sees(customer, "queued")
    assert after["enqueued_at"] == before["enqueued_at"]
    assert (before["room"][-2:], after["room"][-2:]) == ("-1", "-2")
    jane.is_("available")
    jane.answers().hears(700)
    customer.hears(1100)


def test_a_program_gives_a_waiting_call_to_one_agent(
    caller, agent, sales, skill, program, ada_sees
):
    jane = agent("jane").open_console().is_("on_break", "lunch")
    sales.asks_for(skill=skill("French"), level=5)
    customer = caller(presses="1")
    customer.hears_music()
    call = ada_sees(customer, "queued")
    jane.is_("available")

    command = program.connect(call["id"], "jane")

    jane.answers().hears(700)
    customer.hears(1100)
    assert program.outcome(command) == {"state": "done", "error": None}


def test_after_all_of_it_nothing_is_broken(health):
    assert health.look_anew().broken() == []
