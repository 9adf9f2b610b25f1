"""What the database knows of flows, numbers and schedules. Reads only."""

from collections.abc import Collection

from ivr.graph import Graph
from ivr.models import FlowVersion, Schedule
from ivr.schedules import DayException, Hours, Plan

ENGLISH = "en-GB"


def live_version(*, number: str) -> FlowVersion | None:
    """The version that a new call to this number gets, if the number is in service."""
    return FlowVersion.objects.filter(is_live=True, flow__numbers__number=number).first()


def graph_of(*, version_id: int) -> Graph:
    return FlowVersion.objects.get(id=version_id).parsed()


def language_of(*, version_id: int) -> str:
    """In which language this version speaks."""
    return str(FlowVersion.objects.get(id=version_id).graph.get("language", ENGLISH))


def plan_of(*, schedule_id: int) -> Plan:
    """The schedule as its rules take it. Raises Schedule.DoesNotExist."""
    whole = Schedule.objects.prefetch_related("hours", "exceptions")
    return plan_from(whole.get(id=schedule_id))


def plans_of(*, schedule_ids: Collection[int]) -> dict[int, Plan]:
    """The same of many, by id, in a number of queries that does not grow."""
    if not schedule_ids:
        return {}
    whole = Schedule.objects.prefetch_related("hours", "exceptions")
    return {one.id: plan_from(one) for one in whole.filter(id__in=schedule_ids)}


def plan_from(schedule: Schedule) -> Plan:
    """The same for a row at hand; without a query when its hours and exceptions are fetched."""
    return Plan(
        schedule.time_zone,
        tuple(Hours(one.weekday, one.opens, one.closes) for one in schedule.hours.all()),
        tuple(DayException(one.date, one.opens, one.closes) for one in schedule.exceptions.all()),
    )
