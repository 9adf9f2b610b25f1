"""Changing flows."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from ivr.graph import parse
from ivr.models import Flow, FlowVersion


@transaction.atomic
def publish(*, flow: Flow, graph: dict[str, Any]) -> FlowVersion:
    """Make this graph the flow's next version and the live one; the same graph again is kept.

    Raises BadGraph when it cannot work. Calls already running stay on their version.
    """
    parse(graph)
    live = FlowVersion.objects.select_for_update().filter(flow=flow, is_live=True).first()
    if live and live.graph == graph:
        return live
    FlowVersion.objects.filter(flow=flow, is_live=True).update(is_live=False)
    last = FlowVersion.objects.filter(flow=flow).aggregate(last=Max("number"))["last"] or 0
    return FlowVersion.objects.create(flow=flow, number=last + 1, graph=graph, is_live=True)
