"""A flow as typed data. Pure: no Django, no I/O.

`parse` turns the stored JSON into a Graph and lists everything that cannot work:

    {"start": "menu", "language": "en-GB", "nodes": {
        "menu":  {"type": "menu", "text": "Sales, press 1.", "options": {"1": "sales"},
                  "tries": 3, "timeout": 5, "no_input": "bye", "wrong_input": "bye"},
        "sales": {"type": "queue", "queue": 1, "timeout": "bye", "priority": 5,
                  "requires": [{"skill": "French", "level": 3, "until": 60}]},
        "bye":   {"type": "hang_up", "text": "Goodbye."}}}
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.fields import fits

NAME_LIMIT = 100  # of the column in which a call keeps its node
LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")


class BadGraph(ValueError):
    """A flow that cannot work; `problems` says why, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Say:
    """Speak, then go on."""

    text: str
    next: str


@dataclass(frozen=True, slots=True)
class Menu:
    """Speak and wait for one key; after the last try go on by what went wrong last."""

    text: str
    options: Mapping[str, str]
    no_input: str
    wrong_input: str
    wrong_text: str = "Sorry, that is not an option."
    tries: int = 3
    timeout: int = 5


@dataclass(frozen=True, slots=True)
class Required:
    """A skill by its name, and its level; `until`: seconds of waiting, None: always."""

    skill: str
    level: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class QueueNode:
    """Wait in a queue. `timeout` is where the caller goes when nobody was free in time.

    `priority` and `requires` are this call's own, on top of the queue's.
    """

    queue: int
    text: str = ""
    timeout: str | None = None
    priority: int = 0
    requires: tuple[Required, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentNode:
    """Wait for one agent, for `wait` seconds at most."""

    agent: int
    text: str = ""
    no_answer: str | None = None
    wait: int = 60
    offer_seconds: int = 20
    wrap_up_seconds: int = 30


@dataclass(frozen=True, slots=True)
class HangUp:
    """Say good-bye and end."""

    text: str = ""


Node = Say | Menu | QueueNode | AgentNode | HangUp
TYPES: dict[str, type[Node]] = {
    "say": Say,
    "menu": Menu,
    "queue": QueueNode,
    "agent": AgentNode,
    "hang_up": HangUp,
}
EDGES = ("next", "no_input", "wrong_input", "no_answer")


@dataclass(frozen=True, slots=True)
class Graph:
    start: str
    nodes: Mapping[str, Node]
    language: str = "en-GB"
    targets: Mapping[str, frozenset[int]] = field(default_factory=dict)
    skills: frozenset[str] = frozenset()


def parse(data: object) -> Graph:
    """The typed graph, or BadGraph with every problem found."""
    if not isinstance(data, dict) or not isinstance(data.get("nodes"), dict) or not data["nodes"]:
        raise BadGraph(["A flow needs a start and at least one node."])
    problems = list(_bad_names(data))
    nodes = {
        str(name): node
        for name, raw in data["nodes"].items()
        if (node := _node(str(name), raw, problems)) is not None
    }
    start = str(data.get("start", ""))
    if start not in data["nodes"]:
        problems.append(f"The flow starts at {start!r}, which is not a node.")
    problems += list(_broken_edges(nodes, set(map(str, data["nodes"]))))
    if not problems:
        problems += list(_circles(nodes))
    if problems:
        raise BadGraph(problems)
    targets = {
        "queue": frozenset(n.queue for n in nodes.values() if isinstance(n, QueueNode)),
        "agent": frozenset(n.agent for n in nodes.values() if isinstance(n, AgentNode)),
    }
    skills = frozenset(
        one.skill for n in nodes.values() if isinstance(n, QueueNode) for one in n.requires
    )
    return Graph(start, nodes, str(data.get("language", "en-GB")), targets, skills)


def edges(node: Node) -> Iterator[tuple[str, str]]:
    """(name of the edge, name of the node it leads to) for every edge that is set."""
    if isinstance(node, Menu):
        yield from ((f"option {key}", target) for key, target in node.options.items())
    if isinstance(node, QueueNode) and node.timeout is not None:
        yield "timeout", node.timeout
    for name in EDGES:
        if (target := getattr(node, name, None)) is not None:
            yield name, target


def _bad_names(data: dict[str, Any]) -> Iterator[str]:
    for name in map(str, data["nodes"]):
        if not 0 < len(name) <= NAME_LIMIT:
            yield f"Node {name!r} must have a name of 1 to {NAME_LIMIT} characters."
    language = data.get("language", "en-GB")
    if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
        yield f"The language must be a tag such as en-GB, not {language!r}."


def _node(name: str, raw: object, problems: list[str]) -> Node | None:
    if not isinstance(raw, dict) or raw.get("type") not in list(TYPES):
        problems.append(f"Node {name!r} must have a type: {', '.join(TYPES)}.")
        return None
    kind = TYPES[raw["type"]]
    fields = {key: value for key, value in raw.items() if key != "type"}
    unknown = fields.keys() - set(kind.__dataclass_fields__)
    found = [f"Node {name!r} has the unknown field {key!r}." for key in sorted(unknown)]
    for key, value in fields.items():
        if key not in unknown and not fits(key, value, is_queue=kind is QueueNode):
            found.append(f"Node {name!r}: {key} cannot be {value!r}.")
    problems += found
    if found:
        return None
    if "requires" in fields:
        fields["requires"] = tuple(Required(**one) for one in fields["requires"])
    try:
        return kind(**fields)
    except TypeError:
        problems.append(f"Node {name!r} lacks a field that its type {raw['type']} needs.")
        return None


def _broken_edges(nodes: Mapping[str, Node], names: set[str]) -> Iterator[str]:
    for name, node in nodes.items():
        for edge, target in edges(node):
            if target not in names:
                yield f"Node {name!r}: {edge} leads to {target!r}, which is not a node."


def _circles(nodes: Mapping[str, Node]) -> Iterator[str]:
    """Nodes that lead back to themselves although nobody acts would go round for ever.

    Agent nodes are among them: for an agent who is offline nobody waits a single second.
    """
    for name in nodes:
        seen: set[str] = set()
        place: str | None = name
        while place is not None and place not in seen:
            seen.add(place)
            node = nodes[place]
            place = getattr(node, "next", None) or getattr(node, "no_answer", None)
            if place == name:
                yield f"Node {name!r} goes round in a circle."
