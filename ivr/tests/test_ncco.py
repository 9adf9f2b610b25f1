"""What we tell Vonage to do is what Vonage can do."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from ivr import ncco
from ivr.graph import Menu, parse
from ivr.steps import Ask, Await, End, Enqueue, enter, give_up, press
from ivr.tests.graphs import FLOW, flows

SCHEMA = json.loads(Path(__file__).with_name("ncco-2026.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
URL = "https://cc.example.com/webhooks/input/key/1"
MUSIC = "https://cc.example.com/static/audio/hold.mp3"


def check(actions):
    """Vonage would take it: by the schema, and with no field that Vonage does not know."""
    VALIDATOR.validate(actions)
    for action in actions:
        known = SCHEMA["$defs"][action["action"]]["properties"]
        assert action.keys() <= known.keys()
        assert action.get("dtmf", {}).keys() <= known.get("dtmf", {}).get("properties", {}).keys()
    spoken = [action["action"] for action in actions]
    barged = [place for place, action in enumerate(actions) if action.get("bargeIn")]
    if barged:
        after = [kind for kind in spoken[barged[0] :] if kind not in {"talk", "stream"}]
        assert after[:1] == ["input"]


def test_a_sentence_is_spoken():
    assert ncco.talk("Hello.", language="en-GB") == {
        "action": "talk",
        "text": "Hello.",
        "language": "en-GB",
    }


def test_a_sentence_may_be_interrupted():
    assert ncco.talk("Hello.", language="en-GB", barge_in=True)["bargeIn"] is True


def test_everything_is_said_in_order_and_silence_is_left_out():
    actions = ncco.speak(["One.", "", "Two."], language="cy-GB")

    check(actions)
    assert [(action["text"], action["language"]) for action in actions] == [
        ("One.", "cy-GB"),
        ("Two.", "cy-GB"),
    ]


def test_one_key_is_asked_for_and_counts_while_we_speak():
    actions = ncco.ask(["Hello."], prompt="Press 1.", timeout=5, url=URL, language="en-GB")

    check(actions)
    assert actions == [
        {"action": "talk", "text": "Hello.", "language": "en-GB", "bargeIn": True},
        {"action": "talk", "text": "Press 1.", "language": "en-GB", "bargeIn": True},
        {
            "action": "input",
            "type": ["dtmf"],
            "dtmf": {"maxDigits": 1, "timeOut": 5},
            "eventUrl": [URL],
        },
    ]


def test_a_question_without_words_still_waits_for_a_key():
    actions = ncco.ask([], prompt="", timeout=5, url=URL, language="en-GB")

    check(actions)
    assert [action["action"] for action in actions] == ["input"]


def test_what_comes_after_the_words_is_asked_for():
    actions = ncco.notify(["Please hold."], url=URL, language="en-GB")

    check(actions)
    assert actions[1:] == [
        {"action": "notify", "payload": {}, "eventUrl": [URL], "eventMethod": "POST"}
    ]


def test_who_waits_hears_music_and_does_not_start_the_room():
    action = ncco.wait("call-k-1", music_url=MUSIC)

    check([action])
    assert action == {
        "action": "conversation",
        "name": "call-k-1",
        "startOnEnter": False,
        "musicOnHoldUrl": [MUSIC],
    }


def test_who_joins_starts_the_room():
    action = ncco.join("call-k-1")

    check([action])
    assert action == {"action": "conversation", "name": "call-k-1", "startOnEnter": True}


@pytest.mark.parametrize("action", [ncco.wait("r", music_url=MUSIC), ncco.join("r")])
def test_nobody_who_leaves_a_room_ends_it(action):
    assert "endOnExit" not in action


@pytest.mark.parametrize(
    "text", ['"}, {"action": "hangup', "{{ 7 * 7 }}", "a\r\nb", "\u202e\U0001f600", "<speak>"]
)
def test_text_is_data_whatever_it_says(text):
    actions = ncco.ask([text], prompt=text, timeout=5, url=URL, language="en-GB")

    assert json.loads(json.dumps(actions)) == actions
    assert [action.get("text") for action in actions] == [text, text, None]


def said(step):
    """The NCCO of a step, as a call hears it."""
    if isinstance(step, Ask):
        return ncco.ask(
            step.words, prompt=step.prompt, timeout=step.timeout, url=URL, language="en-GB"
        )
    if isinstance(step, End):
        return ncco.speak(step.words, language="en-GB")
    return ncco.notify(step.words, url=URL, language="en-GB")


def next_steps(graph, step):
    """Everything that can follow: every key, a wrong one, silence, or nobody in time."""
    if isinstance(step, Ask):
        keys = ["", "#", *graph.nodes[step.node].options]
        return [press(graph, step.node, step.attempt, digits) for digits in keys]
    if isinstance(step, Enqueue | Await):
        return [enter(graph, step.node), give_up(graph, step.node)]
    return []


def reachable(graph):
    """Every step that any caller can bring about."""
    found = set()
    new = {enter(graph, graph.start)}
    while new:
        found |= new
        new = {step for known in new for step in next_steps(graph, known)} - found
    return found


def test_every_way_through_the_example_is_walked():
    places = {step.node for step in reachable(parse(FLOW))}

    assert places == {"menu", "sales", "jane", "bye"}


@given(flows())
@settings(derandomize=True, deadline=None)
def test_vonage_can_do_whatever_a_flow_can_lead_to(data):
    graph = parse(data)

    for step in reachable(graph):
        actions = said(step)
        check(actions)
        assert [action["action"] == "input" for action in actions].count(True) == isinstance(
            graph.nodes[step.node], Menu
        )


def test_the_room_of_a_reply_is_where_its_leg_ends_up():
    words = ncco.talk("Please hold.", language="en-GB")

    assert ncco.room_of([words, ncco.wait("call-1-2", music_url=MUSIC)]) == "call-1-2"
    assert ncco.room_of([words]) == ""


def test_a_number_is_asked_for_and_ends_with_hash():
    actions = ncco.ask_number(["Your number?", ""], timeout=8, url=URL, language="en-GB")

    check(actions)
    assert [action["action"] for action in actions] == ["talk", "input"]
    assert actions[1]["dtmf"] == {"maxDigits": 15, "timeOut": 8, "submitOnHash": True}


def test_a_message_is_recorded_after_a_tone():
    action = ncco.record(longest=180, silence=5, url=URL)

    check([action])
    assert (action["beepStart"], action["endOnKey"], action["eventUrl"]) == (True, "#", [URL])
