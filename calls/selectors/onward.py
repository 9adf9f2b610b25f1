"""Where callers of a queue may be sent on to, over the overflows of queues and through flows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from calls.configuration import Place, circle, reached
from calls.models import Overflow, Queue
from ivr.graph import AgentNode, Graph, QueueNode, Say
from ivr.models import FlowVersion

NOWHERE = ""  # a caller who was sent here otherwise than by a flow


@dataclass(frozen=True, slots=True)
class Row:
    """An overflow, saved or about to be."""

    reason: str
    target: str
    queue_id: int | None = None
    flow_id: int | None = None


def circle_through(queue_id: int, rows: list[Row]) -> list[str]:
    """The names of the queues round which callers would go if it had these overflows."""
    ways = _Ways(queue_id, rows)
    starts = [place for place in ways.places() if place[0] == queue_id]
    found = circle(starts, ways.onward, ways.by_rows)
    names = dict(
        Queue.objects.filter(id__in=[queue for queue, _ in found]).values_list("id", "name")
    )
    return [names[queue] for queue, _ in found if queue in names]


class _Ways:
    """The overflows of all queues, those of one of them replaced, and the live flows."""

    def __init__(self, queue_id: int, rows: list[Row]) -> None:
        self._queue_id = queue_id
        self._rows: dict[int, list[Row]] = defaultdict(list)
        for one in Overflow.objects.exclude(queue=queue_id):
            row = Row(one.reason, one.target, one.other_queue_id, one.flow_id)
            self._rows[one.queue_id].append(row)
        self._rows[queue_id] = rows
        live = FlowVersion.objects.filter(is_live=True)
        self._graphs = {version.flow_id: version.parsed() for version in live}

    def places(self) -> set[Place]:
        """Where callers may come to, from the queue nodes of all flows."""
        nodes = (
            (node.queue, _label(flow, name))
            for flow, graph in self._graphs.items()
            for name, node in graph.nodes.items()
            if isinstance(node, QueueNode)
        )
        return reached([(self._queue_id, NOWHERE), *nodes], self.onward)

    def onward(self, place: Place) -> list[Place]:
        return [*self.by_rows(place), *self._way_out(place)]

    def by_rows(self, place: Place) -> list[Place]:
        """Where the queue's own overflows lead."""
        found: list[Place] = []
        for row in self._rows[place[0]]:
            if row.target == Overflow.Target.QUEUE and row.queue_id:
                found.append((row.queue_id, place[1]))
            if row.target == Overflow.Target.FLOW and row.flow_id in self._graphs:
                found += _at_once(row.flow_id, self._graphs[row.flow_id])
            if row.target == Overflow.Target.FLOW_EXIT:
                found += self._exit(place[1])
        return found

    def _way_out(self, place: Place) -> Iterable[Place]:
        """Without a row for every reason, callers leave by the way out of the flow's node."""
        reasons = {row.reason for row in self._rows[place[0]]}
        return [] if Overflow.Reason.ANY in reasons else self._exit(place[1])

    def _exit(self, label: str) -> Iterable[Place]:
        if label == NOWHERE:
            return []
        flow, name = label.split("/", 1)
        graph = self._graphs[int(flow)]
        node = graph.nodes[name]
        timeout = node.timeout if isinstance(node, QueueNode) else None
        return _at_once(int(flow), graph, timeout) if timeout else []


def _at_once(flow_id: int, graph: Graph, start: str = "") -> Iterator[Place]:
    """The queue that is come to although the caller does nothing and nobody talks to them."""
    name: str | None = start or graph.start
    while name is not None:
        node = graph.nodes[name]
        if isinstance(node, QueueNode):
            yield node.queue, _label(flow_id, name)
        name = node.next if isinstance(node, Say) else None
        if isinstance(node, AgentNode):
            name = node.no_answer


def _label(flow_id: int, name: str) -> str:
    return f"{flow_id}/{name}"
