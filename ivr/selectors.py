"""What the database knows of flows and numbers. Reads only."""

from ivr.graph import Graph
from ivr.models import FlowVersion


def live_version(*, number: str) -> FlowVersion | None:
    """The version that a new call to this number gets, if the number is in service."""
    return FlowVersion.objects.filter(is_live=True, flow__numbers__number=number).first()


def graph_of(*, version_id: int) -> Graph:
    return FlowVersion.objects.get(id=version_id).parsed()
