"""One step of a flow after another, without a telephone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.fields import KEYS
from ivr.graph import Menu, Required, parse
from ivr.steps import Ask, Await, End, Enqueue, enter, give_up, press
from ivr.tests.graphs import FLOW, flow, flows

WRONG = "Sorry, that is not an option."
NOBODY = "Sorry, nobody can take your call right now. Goodbye."
GRAPH = parse(FLOW)


def test_speech_on_the_way_comes_before_the_question():
    assert enter(GRAPH, "hello") == Ask(
        node="menu", attempt=1, prompt="For sales, press 1.", timeout=5, words=("Welcome.",)
    )


def test_speech_is_kept_in_order():
    graph = parse(
        flow(
            a={"type": "say", "text": "One.", "next": "b"},
            b={"type": "say", "text": "Two.", "next": "c"},
            c={"type": "hang_up", "text": "Three."},
        )
    )

    assert enter(graph, "a", ("Zero.",)) == End("c", ("Zero.", "One.", "Two.", "Three."))


def test_a_queue_is_waited_in():
    assert enter(GRAPH, "sales", ("Hello.",)) == Enqueue("sales", 1, ("Hello.",))


def test_a_queue_may_speak_first():
    graph = parse(flow(a={"type": "queue", "queue": 4, "text": "Please hold."}))

    assert enter(graph, "a", ("Hello.",)) == Enqueue("a", 4, ("Hello.", "Please hold."))


def test_one_agent_is_waited_for_with_times_of_their_own():
    graph = parse(
        flow(a={"type": "agent", "agent": 7, "wait": 5, "offer_seconds": 6, "wrap_up_seconds": 8})
    )

    assert enter(graph, "a", ("Hello.",)) == Await(
        node="a", agent=7, wait=5, offer_seconds=6, wrap_up_seconds=8, words=("Hello.",)
    )


def test_an_agent_node_may_speak_first():
    assert enter(GRAPH, "jane").words == ("I am calling Jane.",)


def test_the_end_may_be_silent():
    assert enter(parse(flow(a={"type": "hang_up"})), "a") == End("a", ())


def test_a_key_leads_where_the_menu_says():
    assert press(GRAPH, "menu", 1, "1") == Enqueue("sales", 1)


def test_a_wrong_key_is_told_so_and_asked_again():
    assert press(GRAPH, "menu", 1, "9") == Ask("menu", 2, "For sales, press 1.", 5, (WRONG,))


def test_silence_is_asked_again_without_a_word():
    assert press(GRAPH, "menu", 2, "") == Ask("menu", 3, "For sales, press 1.", 5)


@pytest.mark.parametrize(
    ("digits", "expected"),
    [("", End("bye", ("Goodbye.",))), ("9", End("bye", (WRONG, "Sorry.", "Goodbye.")))],
)
def test_after_the_last_try_the_way_on_depends_on_what_went_wrong_last(digits, expected):
    assert press(GRAPH, "menu", 3, digits) == expected


def test_the_right_key_counts_at_the_last_try_too():
    assert press(GRAPH, "menu", 3, "1") == Enqueue("sales", 1)


def test_a_menu_with_one_try_does_not_ask_again():
    data = flow(
        a={
            "type": "menu",
            "text": "Press 1.",
            "options": {"1": "b"},
            "no_input": "b",
            "wrong_input": "b",
            "tries": 1,
        },
        b={"type": "hang_up", "text": "Bye."},
    )

    assert press(parse(data), "a", 1, "") == End("b", ("Bye.",))


def test_a_key_pressed_where_nobody_asked_enters_the_node_again():
    assert press(GRAPH, "jane", 1, "1") == enter(GRAPH, "jane")


def test_a_queue_is_entered_with_what_the_call_needs():
    node = {
        "type": "queue",
        "queue": 1,
        "priority": 5,
        "requires": [{"skill": "French", "level": 3}],
    }
    graph = parse(flow(a=node))

    assert enter(graph, "a") == Enqueue("a", 1, (), 5, (Required("French", 3),))


def test_a_silent_wrong_text_is_no_word():
    menu = FLOW["nodes"]["menu"] | {"wrong_text": ""}
    graph = parse(FLOW | {"nodes": FLOW["nodes"] | {"menu": menu}})

    assert press(graph, "menu", 1, "9").words == ()


def test_silence_on_the_way_is_no_word():
    graph = parse(flow(a={"type": "say", "text": "", "next": "b"}, b={"type": "queue", "queue": 1}))

    assert enter(graph, "a") == Enqueue("b", 1)


def test_a_wait_that_lasted_too_long_goes_on_by_the_flow():
    assert give_up(GRAPH, "sales") == enter(GRAPH, "jane")
    assert give_up(GRAPH, "jane") == End("bye", ("Sorry.", "Goodbye."))


def test_words_are_said_on_the_way_out():
    assert give_up(GRAPH, "jane", ("Busy.",)) == End("bye", ("Busy.", "Sorry.", "Goodbye."))
    assert give_up(GRAPH, "", ("Busy.",)) == End("", ("Busy.", NOBODY))


@pytest.mark.parametrize(
    "node", [{"type": "queue", "queue": 1}, {"type": "agent", "agent": 7}, {"type": "hang_up"}]
)
def test_a_wait_without_a_way_out_ends_with_an_apology(node):
    assert give_up(parse(flow(a=node)), "a") == End("a", (NOBODY,))


def test_a_wait_at_a_place_that_is_no_node_ends_with_an_apology():
    assert give_up(GRAPH, "") == End("", (NOBODY,))


@given(flows(), st.lists(st.sampled_from(["", *sorted(KEYS)]), max_size=30))
@settings(derandomize=True, deadline=None)
def test_whatever_callers_do_they_are_at_a_node_that_waits_for_somebody_or_ends(data, done):
    graph = parse(data)

    step = enter(graph, graph.start)
    for digits in done:
        if isinstance(step, End):
            break
        asked = isinstance(step, Ask)
        step = press(graph, step.node, step.attempt, digits) if asked else give_up(graph, step.node)

        node = graph.nodes[step.node]
        assert isinstance(step, Ask) == isinstance(node, Menu)
        if isinstance(step, Ask):
            assert 1 <= step.attempt <= node.tries


@given(flows(), st.integers(1, 10))
@settings(derandomize=True, deadline=None)
def test_nobody_is_asked_more_often_than_the_menu_has_tries(data, first):
    graph = parse(data)
    for name, node in graph.nodes.items():
        if not isinstance(node, Menu):
            continue

        attempt = min(first, node.tries)
        times = 0
        while (step := press(graph, name, attempt, "")) and times <= node.tries:
            if not (isinstance(step, Ask) and step.node == name and step.attempt > attempt):
                break
            attempt, times = step.attempt, times + 1

        assert attempt == node.tries
