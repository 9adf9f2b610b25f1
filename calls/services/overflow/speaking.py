"""What callers hear who are sent on."""

from datetime import datetime

from calls.models import Call, Overflow
from calls.services.following import follow, node_in_flow
from ivr import selectors, steps
from ivr.graph import Graph
from ivr.ncco import Ncco

NO_FLOW = Graph(start="", nodes={}, language=selectors.ENGLISH)


def graph_of(call: Call) -> Graph:
    """The flow that the call is in; one without a node for a call that is in none."""
    if call.flow_version_id is None:
        return NO_FLOW
    return selectors.graph_of(version_id=call.flow_version_id)


def words(row: Overflow) -> tuple[str, ...]:
    return (row.words,) if row.words else ()


def end(call: Call, said: tuple[str, ...], *, now: datetime) -> Ncco:
    """Civil words, and the end."""
    step = steps.End(node_in_flow(call), said or (steps.NOBODY,))
    return follow(call, graph_of(call), step, now=now)
