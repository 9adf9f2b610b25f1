"""One step of a flow. Pure: a graph, a place and what the caller did in; what to do out."""

from dataclasses import dataclass

from ivr.graph import AgentNode, Graph, Menu, QueueNode, Required, Say

NOBODY = "Sorry, nobody can take your call right now. Goodbye."


@dataclass(frozen=True, slots=True)
class Ask:
    """Speak `words`, then `prompt`, and wait for one key."""

    node: str
    attempt: int  # 1 for the first time
    prompt: str
    timeout: int  # seconds for a key
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Enqueue:
    node: str
    queue: int
    words: tuple[str, ...] = ()
    priority: int = 0
    requires: tuple[Required, ...] = ()


@dataclass(frozen=True, slots=True)
class Await:
    """Wait for one agent."""

    node: str
    agent: int
    wait: int
    offer_seconds: int
    wrap_up_seconds: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    node: str
    words: tuple[str, ...] = ()


Step = Ask | Enqueue | Await | End


def enter(graph: Graph, name: str, words: tuple[str, ...] = ()) -> Step:
    """Go to a node, speaking on the way, until the caller or somebody else must act."""
    node = graph.nodes[name]
    while isinstance(node, Say):
        words = _add(words, node.text)
        name = node.next
        node = graph.nodes[name]
    if isinstance(node, Menu):
        return Ask(name, 1, node.text, node.timeout, words)
    words = _add(words, node.text)
    if isinstance(node, QueueNode):
        return Enqueue(name, node.queue, words, node.priority, node.requires)
    if isinstance(node, AgentNode):
        return Await(
            node=name,
            agent=node.agent,
            wait=node.wait,
            offer_seconds=node.offer_seconds,
            wrap_up_seconds=node.wrap_up_seconds,
            words=words,
        )
    return End(name, words)


def acting_node(graph: Graph, name: str) -> str:
    """The node at which somebody must act, on the way from this one."""
    while isinstance(node := graph.nodes[name], Say):
        name = node.next
    return name


def _add(words: tuple[str, ...], text: str) -> tuple[str, ...]:
    return (*words, text) if text else words


def press(graph: Graph, name: str, attempt: int, digits: str) -> Step:
    """What the caller pressed in a menu ("" is nothing), at the given attempt."""
    node = graph.nodes[name]
    if not isinstance(node, Menu):
        return enter(graph, name)
    if target := node.options.get(digits):
        return enter(graph, target)
    words = _add((), node.wrong_text if digits else "")
    if attempt < node.tries:
        return Ask(name, attempt + 1, node.text, node.timeout, words)
    return enter(graph, node.wrong_input if digits else node.no_input, words)


def give_up(graph: Graph, name: str, words: tuple[str, ...] = ()) -> Step:
    """Nobody came in time: `words`, then the node's way out, or a civil end."""
    node = graph.nodes.get(name)
    target = None
    if isinstance(node, QueueNode):
        target = node.timeout
    if isinstance(node, AgentNode):
        target = node.no_answer
    if target:
        return enter(graph, target, words)
    return End(name, (*words, NOBODY))
