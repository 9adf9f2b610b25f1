"""Going to a step of a flow: the event it is, and the NCCO that plays it."""

from datetime import datetime
from typing import Any

from calls.models import Call
from calls.services import journal, outbox
from calls.states import HungUpBy
from ivr import ncco, steps
from ivr.graph import Graph
from ivr.ncco import Ncco

OURS = "@"  # how the names of our own questions begin, which are no nodes of a flow


def node_in_flow(call: Call) -> str:
    """The node at which the call is in its flow, also while it is at a question of ours."""
    if not call.node.startswith(OURS):
        return call.node
    nodes = call.events.filter(changes__has_key="node").order_by("-version")
    changes = nodes.exclude(changes__node__startswith=OURS).values_list("changes", flat=True)
    return next((str(changed["node"]) for changed in changes[:1]), "")


def follow(call: Call, graph: Graph, step: steps.Step, *, now: datetime, **changes: Any) -> Ncco:
    """Put the call at this step; `changes` are columns of the call that change with it."""
    kind, columns = event_of(call, step)
    journal.record(call, kind, at=now, **{**columns, **changes})
    return ncco_of(call, graph, step)


def event_of(call: Call, step: steps.Step) -> tuple[str, dict[str, Any]]:
    """What going to this step is called, and the columns it changes."""
    changes: dict[str, Any] = {"node": step.node, "step": call.step + 1}
    if isinstance(step, steps.Ask):
        return "asked", {**changes, "attempt": step.attempt}
    if isinstance(step, steps.End):
        return "flow_ended", {**changes, "hung_up_by": HungUpBy.SYSTEM}
    return "announced", {**changes, "attempt": 0}


def ncco_of(call: Call, graph: Graph, step: steps.Step) -> Ncco:
    """What the caller hears at the step at which the call is."""
    place = f"{call.key}/{call.step}"
    if isinstance(step, steps.Ask):
        return ncco.ask(
            step.words,
            prompt=step.prompt,
            timeout=step.timeout,
            url=outbox.url(f"/webhooks/input/{place}"),
            language=graph.language,
        )
    if isinstance(step, steps.End):
        return ncco.speak(step.words, language=graph.language)
    return ncco.notify(
        step.words, url=outbox.url(f"/webhooks/notify/{place}"), language=graph.language
    )
