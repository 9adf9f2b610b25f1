"""Reading a flow: what works becomes typed data, what cannot work is named."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ivr.graph import (
    TYPES,
    AgentNode,
    BadGraph,
    HangUp,
    Menu,
    QueueNode,
    Required,
    Say,
    edges,
    parse,
)
from ivr.tests.graphs import FLOW, MENU, NAMES, flow, flows

HANG_UP = {"type": "hang_up"}
SAY = {"type": "say", "text": "Hello.", "next": "bye"}
QUEUE = {"type": "queue", "queue": 1}
AGENT = {"type": "agent", "agent": 7}
FRENCH = {"skill": "French", "level": 3}
SIMPLE_MENU = MENU | {"options": {"1": "bye"}, "wrong_input": "bye"}
FIELDS = sorted({field for kind in TYPES.values() for field in kind.__dataclass_fields__})

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
nearly_nodes = st.fixed_dictionaries(
    {"type": st.sampled_from(list(TYPES)) | anything},
    optional={field: st.sampled_from(["", *NAMES]) | anything for field in FIELDS},
)
nearly_flows = st.fixed_dictionaries(
    {
        "start": st.sampled_from(NAMES) | anything,
        "nodes": st.dictionaries(st.sampled_from(["", *NAMES]), nearly_nodes | anything) | anything,
    },
    optional={"language": anything},
)


def problems_of(data):
    with pytest.raises(BadGraph) as refusal:
        parse(data)
    return refusal.value.problems


def test_a_flow_becomes_typed_nodes_with_defaults():
    graph = parse(FLOW)

    assert (graph.start, graph.language) == ("hello", "en-GB")
    assert graph.nodes == {
        "hello": Say("Welcome.", "menu"),
        "menu": Menu(
            text="For sales, press 1.",
            options={"1": "sales"},
            no_input="bye",
            wrong_input="sorry",
            wrong_text="Sorry, that is not an option.",
            tries=3,
            timeout=5,
        ),
        "sales": QueueNode(1, timeout="jane"),
        "jane": AgentNode(
            agent=7,
            text="I am calling Jane.",
            no_answer="sorry",
            wait=60,
            offer_seconds=20,
            wrap_up_seconds=30,
        ),
        "sorry": Say("Sorry.", "bye"),
        "bye": HangUp("Goodbye."),
    }


def test_a_flow_knows_which_queues_and_agents_it_leads_to():
    graph = parse(flow(a=QUEUE | {"timeout": "b"}, b=QUEUE | {"queue": 4, "timeout": "c"}, c=AGENT))

    assert graph.targets == {"queue": {1, 4}, "agent": {7}}


def test_a_flow_knows_what_a_call_needs_of_its_agent():
    needs = [FRENCH, FRENCH | {"level": 4, "until": 30}, {"skill": "Repairs", "level": 1}]
    graph = parse(flow(a=QUEUE | {"priority": -5, "requires": needs}))

    assert graph.nodes["a"] == QueueNode(
        1,
        priority=-5,
        requires=(Required("French", 3), Required("French", 4, 30), Required("Repairs", 1)),
    )
    assert graph.skills == {"French", "Repairs"}


@pytest.mark.parametrize("data", [None, [], "x", 1, {}, {"nodes": {}}, {"nodes": [HANG_UP]}])
def test_a_flow_without_nodes_is_refused(data):
    assert problems_of(data) == ["A flow needs a start and at least one node."]


@pytest.mark.parametrize(
    ("node", "problem"),
    [
        (None, "Node 'a' must have a type: say, menu, queue, agent, hang_up."),
        ({}, "Node 'a' must have a type: say, menu, queue, agent, hang_up."),
        ({"type": "jump"}, "Node 'a' must have a type: say, menu, queue, agent, hang_up."),
        (HANG_UP | {"txt": "Bye."}, "Node 'a' has the unknown field 'txt'."),
        (SAY | {"text": None}, "Node 'a': text cannot be None."),
        (SAY | {"text": 7}, "Node 'a': text cannot be 7."),
        (SAY | {"next": ["bye"]}, "Node 'a': next cannot be ['bye']."),
        ({"type": "say", "text": "Hello."}, "Node 'a' lacks a field that"),
        ({"type": "menu", "text": "Press 1."}, "Node 'a' lacks a field that"),
        ({"type": "queue"}, "Node 'a' lacks a field that"),
        ({"type": "agent"}, "Node 'a' lacks a field that"),
        (SIMPLE_MENU | {"options": {}}, "Node 'a': options cannot be {}."),
        (SIMPLE_MENU | {"options": ["bye"]}, "Node 'a': options cannot be ['bye']."),
        (SIMPLE_MENU | {"options": {"12": "bye"}}, "Node 'a': options cannot be {'12': 'bye'}."),
        (SIMPLE_MENU | {"options": {"": "bye"}}, "Node 'a': options cannot be {'': 'bye'}."),
        (SIMPLE_MENU | {"options": {"1": 1}}, "Node 'a': options cannot be {'1': 1}."),
        (SIMPLE_MENU | {"tries": 0}, "Node 'a': tries cannot be 0."),
        (SIMPLE_MENU | {"tries": 11}, "Node 'a': tries cannot be 11."),
        (SIMPLE_MENU | {"timeout": 11}, "Node 'a': timeout cannot be 11."),
        (SIMPLE_MENU | {"timeout": True}, "Node 'a': timeout cannot be True."),
        (SIMPLE_MENU | {"timeout": 5.0}, "Node 'a': timeout cannot be 5.0."),
        (SIMPLE_MENU | {"no_input": None}, "Node 'a': no_input cannot be None."),
        (QUEUE | {"queue": "Sales"}, "Node 'a': queue cannot be 'Sales'."),
        (QUEUE | {"queue": 0}, "Node 'a': queue cannot be 0."),
        (QUEUE | {"timeout": 30}, "Node 'a': timeout cannot be 30."),
        (QUEUE | {"priority": 101}, "Node 'a': priority cannot be 101."),
        (QUEUE | {"priority": "high"}, "Node 'a': priority cannot be 'high'."),
        (QUEUE | {"requires": {}}, "Node 'a': requires cannot be {}."),
        (QUEUE | {"requires": ["French"]}, "Node 'a': requires cannot be ['French']."),
        (QUEUE | {"requires": [{"skill": "French"}]}, "Node 'a': requires cannot be"),
        (QUEUE | {"requires": [FRENCH | {"level": 6}]}, "Node 'a': requires cannot be"),
        (QUEUE | {"requires": [FRENCH | {"level": True}]}, "Node 'a': requires cannot be"),
        (QUEUE | {"requires": [FRENCH | {"until": 0}]}, "Node 'a': requires cannot be"),
        (QUEUE | {"requires": [FRENCH | {"skill": ""}]}, "Node 'a': requires cannot be"),
        (QUEUE | {"requires": [FRENCH | {"skill": "x" * 41}]}, "Node 'a': requires cannot be"),
        (QUEUE | {"requires": [FRENCH | {"leevl": 3}]}, "Node 'a': requires cannot be"),
        (QUEUE | {"requires": [FRENCH] * 21}, "Node 'a': requires cannot be"),
        (SAY | {"priority": 3}, "Node 'a' has the unknown field 'priority'."),
        (AGENT | {"no_answer": 7}, "Node 'a': no_answer cannot be 7."),
        (AGENT | {"wait": 3601}, "Node 'a': wait cannot be 3601."),
        (AGENT | {"offer_seconds": 0}, "Node 'a': offer_seconds cannot be 0."),
        (AGENT | {"wrap_up_seconds": 901}, "Node 'a': wrap_up_seconds cannot be 901."),
    ],
)
def test_a_node_that_cannot_work_is_named(node, problem):
    [found] = problems_of(flow(a=node, bye=HANG_UP))

    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("node", "edge"),
    [
        (SAY | {"next": "gone"}, "next"),
        (SIMPLE_MENU | {"options": {"1": "bye", "2": "gone"}}, "option 2"),
        (SIMPLE_MENU | {"no_input": "gone"}, "no_input"),
        (SIMPLE_MENU | {"wrong_input": "gone"}, "wrong_input"),
        (QUEUE | {"timeout": "gone"}, "timeout"),
        (AGENT | {"no_answer": "gone"}, "no_answer"),
    ],
)
def test_an_edge_that_leads_nowhere_is_named(node, edge):
    assert problems_of(flow(a=node, bye=HANG_UP)) == [
        f"Node 'a': {edge} leads to 'gone', which is not a node."
    ]


@pytest.mark.parametrize(
    "node",
    [
        SAY | {"next": ""},
        SIMPLE_MENU | {"options": {"1": ""}},
        SIMPLE_MENU | {"no_input": ""},
        SIMPLE_MENU | {"wrong_input": ""},
    ],
)
def test_an_edge_must_name_a_node(node):
    assert problems_of(flow(a=node, bye=HANG_UP))


@pytest.mark.parametrize("start", ["gone", "", None, ["bye"]])
def test_a_start_that_is_no_node_is_named(start):
    assert problems_of({"start": start, "nodes": {"bye": HANG_UP}}) == [
        f"The flow starts at {str(start)!r}, which is not a node."
    ]


@pytest.mark.parametrize("name", ["", "n" * 101])
def test_a_node_needs_a_name_that_a_call_can_keep(name):
    assert problems_of(flow(**{name: HANG_UP}))


@pytest.mark.parametrize("language", [None, "", 44, ["en-GB"]])
def test_a_language_is_a_word(language):
    assert problems_of(flow(bye=HANG_UP) | {"language": language})


def test_every_problem_is_found_at_once():
    data = {"start": "gone", "nodes": {"a": {"type": "jump"}, "b": SAY | {"next": "nowhere"}}}

    assert len(problems_of(data)) == 3


def test_an_edge_to_a_broken_node_is_not_a_second_problem():
    assert problems_of(flow(a=SAY, bye={"type": "jump"})) == [
        "Node 'bye' must have a type: say, menu, queue, agent, hang_up."
    ]


def test_a_text_may_be_as_long_as_one_talk_may_be():
    assert parse(flow(bye=HANG_UP | {"text": "x" * 1500}))
    assert problems_of(flow(bye=HANG_UP | {"text": "x" * 1501}))


def test_speech_in_a_circle_is_refused():
    data = flow(a=SAY | {"next": "b"}, b=SAY | {"next": "a"})

    assert [problem.partition("'")[2][0] for problem in problems_of(data)] == ["a", "b"]


def test_agents_who_pass_a_caller_round_in_a_circle_are_refused():
    data = flow(
        jane=AGENT | {"no_answer": "sorry"},
        sorry=SAY | {"next": "joe"},
        joe=AGENT | {"agent": 8, "no_answer": "jane"},
    )

    assert problems_of(data)


def test_a_menu_may_lead_back_to_itself():
    again = SIMPLE_MENU | {"options": {"1": "a", "2": "bye"}, "wrong_input": "bye"}

    assert parse(flow(a=again, bye=HANG_UP))


def test_every_edge_that_is_set_is_known():
    menu = parse(FLOW).nodes["menu"]

    assert list(edges(menu)) == [
        ("option 1", "sales"),
        ("no_input", "bye"),
        ("wrong_input", "sorry"),
    ]
    assert list(edges(QueueNode(1))) == []
    assert list(edges(AgentNode(7))) == []


@given(flows())
@settings(derandomize=True, deadline=None)
def test_a_flow_that_works_is_read_whole(data):
    graph = parse(json.loads(json.dumps(data)))

    assert (graph.start, graph.language) == (data["start"], "cy-GB")
    assert graph.nodes.keys() == data["nodes"].keys()
    for node in graph.nodes.values():
        assert all(target in graph.nodes for _, target in edges(node))


@given(nearly_flows | anything)
@example({"start": "a", "nodes": {"a": {"type": []}}})
@example({"start": "a", "nodes": {"a": SAY | {"next": ""}}})
@settings(derandomize=True, deadline=None, max_examples=200)
def test_whatever_is_read_either_works_or_is_refused_in_sentences(data):
    graph, problems = None, []
    try:
        graph = parse(data)
    except BadGraph as refusal:
        problems = refusal.problems

    assert bool(graph) != bool(problems)
    assert all(problem.endswith(".") for problem in problems)
    if graph:
        assert graph.start in graph.nodes
        assert all(
            target in graph.nodes for node in graph.nodes.values() for _, target in edges(node)
        )
