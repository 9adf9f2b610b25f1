"""What the settings of a queue cannot be."""

import pytest

from calls.configuration import (
    Step,
    announcing_problem,
    choices_problem,
    circle,
    interval_problem,
    music_problem,
    number_problem,
    reached,
    relaxing_problems,
    unmet,
)

OURS = "https://cc.example.com"


@pytest.mark.parametrize("seconds", [0, 15, 600])
def test_an_interval_is_never_or_at_least_fifteen_seconds(seconds):
    assert interval_problem(seconds) == ""


@pytest.mark.parametrize("seconds", [1, 14])
def test_a_shorter_interval_is_refused(seconds):
    assert interval_problem(seconds) == "Write 0 for never, or at least 15 seconds."


def test_what_is_offered_needs_an_interval():
    assert choices_problem(0, callback=True, message=False).startswith("A callback is offered, but")
    assert choices_problem(0, callback=False, message=True).startswith("A message is offered, but")
    assert choices_problem(60, callback=True, message=True) == ""


def test_an_interval_needs_something_to_offer():
    assert choices_problem(60, callback=False, message=False).startswith(
        "There is nothing to offer"
    )
    assert choices_problem(0, callback=False, message=False) == ""


def test_announcements_need_words():
    assert announcing_problem(30, has_words=False).startswith("There is nothing to announce")
    assert announcing_problem(30, has_words=True) == ""
    assert announcing_problem(0, has_words=False) == ""


def test_steps_that_ask_for_less_and_less_relax():
    steps = [
        *(Step("French", 1), Step("French", 4, 30), Step("French", 2, 60)),
        *(Step("Repairs", 5, 10), Step("Repairs", 3)),
    ]

    assert relaxing_problems(steps) == []


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        (
            [Step("French", 2, 30), Step("French", 4, 60)],
            "French 4 until 60 s does not relax French 2 until 30 s: each later step of a skill "
            "must ask for a lower level.",
        ),
        (
            [Step("French", 3), Step("French", 2, 30)],
            "French 3 always does not relax French 2 until 30 s: each later step of a skill must "
            "ask for a lower level.",
        ),
        (
            [Step("French", 3, 30), Step("French", 3, 60)],
            "French 3 until 60 s does not relax French 3 until 30 s: each later step of a skill "
            "must ask for a lower level.",
        ),
        (
            [Step("French", 3, 30), Step("French", 2, 30)],
            "French is asked for twice until 30 s. Delete one of them.",
        ),
        (
            [Step("French", 3), Step("French", 2)],
            "French is asked for twice always. Delete one of them.",
        ),
    ],
)
def test_steps_that_do_not_relax_are_refused(steps, problem):
    assert relaxing_problems(steps) == [problem]


STEPS = [Step("French", 4, 30), Step("French", 2), Step("Repairs", 1, 60)]


def test_a_requirement_that_one_agent_meets_is_met():
    assert unmet(STEPS, [{"French": 4, "Repairs": 1}]) == []


def test_a_requirement_that_two_agents_meet_together_is_not_met():
    assert unmet(STEPS, [{"French": 5}, {"Repairs": 5}]) == [
        "Nobody in this queue has French 4 and Repairs 1, which callers need until 30 s of "
        "waiting.",
        "Nobody in this queue has French 2 and Repairs 1, which callers need until 60 s of "
        "waiting.",
    ]


def test_a_requirement_that_never_ends_is_never_met():
    assert unmet([Step("French", 2)], [{"French": 1}]) == [
        "Nobody in this queue has French 2, which callers need for as long as they wait."
    ]


def test_once_nothing_is_needed_anybody_will_do():
    assert unmet([Step("French", 2, 30)], [{}]) == [
        "Nobody in this queue has French 2, which callers need until 30 s of waiting."
    ]


def test_a_number_of_other_people_may_be_called():
    assert number_problem("447700900123", own=["442079460000"]) == ""


@pytest.mark.parametrize("digits", ["", "999", "123456"])
def test_what_is_no_number_is_not_called(digits):
    assert number_problem(digits, own=[]).startswith("Write a telephone number with its country")


def test_callers_are_not_sent_round_over_our_own_number():
    assert number_problem("442079460000", own=["442079460000"]).startswith("This is one of our own")


@pytest.mark.parametrize(
    "url",
    [
        *("https://cdn.example.net/hold.mp3", "http://93.184.215.14/hold.mp3"),
        *("https://cc.example.com/static/audio/hold.mp3", "https://[2606:4700::1111]/a.wav"),
    ],
)
def test_music_that_vonage_can_fetch_is_taken(url):
    assert music_problem(url, public_url=OURS) == ""


def test_music_of_our_own_is_taken_wherever_we_are():
    local = "http://localhost:8000"

    assert music_problem(f"{local}/static/audio/hold.mp3", public_url=local) == ""
    assert music_problem("http://localhost:9000/hold.mp3", public_url=local)


@pytest.mark.parametrize(
    "url",
    [
        *("http://localhost/a.mp3", "http://127.0.0.1/a.mp3", "http://10.1.2.3/a.mp3"),
        *("http://192.168.0.9/a.mp3", "http://172.16.0.1/a.mp3", "http://169.254.169.254/latest"),
        *("http://100.64.0.1/a.mp3", "http://0.0.0.0/a.mp3", "http://224.0.0.1/a.mp3"),
        *("http://[::1]/a.mp3", "http://[fe80::1]/a.mp3", "http://[fd00::1]/a.mp3"),
        *("http://[::ffff:127.0.0.1]/a.mp3", "http://2130706433/a.mp3", "http://127.1/a.mp3"),
        *("http://0x7f.0.0.1/a.mp3", "http://0177.0.0.1/a.mp3", "http://0x7f000001/a.mp3"),
        *("http://printer.local/a.mp3", "http://redis/a.mp3", "http://db.internal/a.mp3"),
        *("http://api.localhost/a.mp3", "http://192.168.0.9.:80/a.mp3"),
    ],
)
def test_music_on_a_private_network_is_refused(url):
    assert music_problem(url, public_url=OURS)


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/a.mp3", "javascript:alert(1)", "https://user:pass@example.com/a.mp3", "a"],
)
def test_music_needs_a_plain_address(url):
    assert music_problem(url, public_url=OURS) == (
        "Write a plain address that begins with https:// or http://."
    )


A, B, C, D = ((queue, "") for queue in range(1, 5))


def test_a_circle_is_found_however_long_it_is():
    ways = {A: [B], B: [C], C: [D], D: [A]}

    assert circle([A], ways.__getitem__, ways.__getitem__) == [A, B, C, D, A]


def test_a_queue_that_leads_to_itself_is_a_circle():
    ways = {A: [A]}

    assert circle([A], ways.__getitem__, ways.__getitem__) == [A, A]


def test_ways_that_end_are_no_circle():
    ways = {A: [B, C], B: [D], C: [D], D: []}

    assert circle([A], ways.__getitem__, ways.__getitem__) == []


def test_a_circle_of_other_queues_is_not_this_ones():
    ways = {A: [B], B: [C], C: [B]}

    assert circle([A], ways.__getitem__, ways.__getitem__) == []
    assert reached([A], ways.__getitem__) == {A, B, C}


def test_a_circle_counts_only_when_a_hop_of_the_queue_itself_begins_it():
    ways = {A: [B], B: [A]}

    assert circle([A], ways.__getitem__, lambda place: []) == []
