"""What callers chose in the menus on their way."""

from collections.abc import Iterable
from functools import cache

from agents.models import Agent
from calls.models import Call, CallEvent, Queue
from ivr import selectors as ivr
from ivr.graph import AgentNode, Menu, QueueNode
from ivr.steps import acting_node


def choices_of(calls: Iterable[Call]) -> dict[int, str]:
    """By call: the last key that led on and what it stands for, as "1, Sales"."""
    versions = {call.id: call.flow_version_id for call in calls if call.flow_version_id}
    if not versions:
        return {}
    pressed = CallEvent.objects.filter(call__in=versions, type="pressed").order_by("version")
    known = cache(choice)
    found = {}
    for event in pressed:
        if words := known(versions[event.call_id], *key_of(event)):
            found[event.call_id] = words
    return found


def key_of(event: CallEvent) -> tuple[str, str]:
    """Of a `pressed` event: the menu's node and the key."""
    return str(event.data.get("node", "")), str(event.data.get("digits", ""))


def choice(version_id: int, name: str, digits: str) -> str:
    """This key of this menu, and the queue or agent it leads to; "" if it leads nowhere."""
    graph = ivr.graph_of(version_id=version_id)
    menu = graph.nodes.get(name)
    if not isinstance(menu, Menu) or digits not in menu.options:
        return ""
    target = acting_node(graph, menu.options[digits])
    node = graph.nodes[target]
    known: Queue | Agent | None = None
    if isinstance(node, QueueNode):
        known = Queue.objects.filter(id=node.queue).first()
    elif isinstance(node, AgentNode):
        known = Agent.objects.select_related("user").filter(id=node.agent).first()
    return f"{digits}, {known or target.replace('_', ' ').capitalize()}"
