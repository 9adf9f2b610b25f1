from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from ivr.graph import BadGraph, Graph, parse


def works(graph: object) -> None:
    """Refuse a graph that cannot work, with every reason."""
    try:
        parse(graph)
    except BadGraph as error:
        raise ValidationError(error.problems) from error


class Flow(models.Model):
    """What a caller hears first. A number leads to a flow; a flow has numbered versions."""

    name = models.CharField(max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FlowVersion(models.Model):
    """One version of a flow. A running call stays on the version it began with."""

    flow = models.ForeignKey(Flow, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(editable=False)
    graph = models.JSONField(validators=[works], help_text="Nodes and the edges between them.")
    is_live = models.BooleanField(
        "live", default=False, help_text="New calls get the live version; one at a time."
    )

    class Meta:
        ordering = ["flow", "-number"]
        constraints = [
            models.UniqueConstraint(name="flow_version_number", fields=["flow", "number"]),
            models.UniqueConstraint(
                name="flow_has_one_live_version", fields=["flow"], condition=Q(is_live=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.flow} v{self.number}"

    def parsed(self) -> Graph:
        return parse(self.graph)


class Number(models.Model):
    """One of our telephone numbers, and where its calls go."""

    number = models.CharField(
        max_length=15, unique=True, help_text="Digits only, with the country code: 442079460000."
    )
    label = models.CharField(max_length=60, blank=True)
    flow = models.ForeignKey(Flow, models.PROTECT, related_name="numbers")

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"+{self.number}"


class Schedule(models.Model):
    """When somebody is there: weekly hours and days that differ, in one time zone."""

    name = models.CharField(max_length=60, unique=True)
    time_zone = models.CharField(
        max_length=40,
        default="Europe/London",
        help_text="Its name in the IANA database, such as Europe/London.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """One span of one day of the week; a day may have several."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0
        TUESDAY = 1
        WEDNESDAY = 2
        THURSDAY = 3
        FRIDAY = 4
        SATURDAY = 5
        SUNDAY = 6

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    opens = models.TimeField()
    closes = models.TimeField(
        help_text="Not earlier than it opens; 00:00 means midnight, the end of the day."
    )

    class Meta:
        ordering = ["weekday", "opens"]
        verbose_name_plural = "opening hours"

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M} to {self.closes:%H:%M}"


class ScheduleException(models.Model):
    """A day with hours of its own, or without any: a holiday."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="exceptions")
    date = models.DateField()
    opens = models.TimeField(null=True, blank=True, help_text="Empty: closed all day.")
    closes = models.TimeField(null=True, blank=True)
    label = models.CharField(max_length=60, blank=True, help_text="Such as Christmas Day.")

    class Meta:
        ordering = ["date", "opens"]

    def __str__(self) -> str:
        return f"{self.date} {self.label}".strip()
