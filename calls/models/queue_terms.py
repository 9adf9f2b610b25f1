"""What a queue asks of agents, and where it sends callers who cannot wait."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from agents.models import LEVELS
from calls.models.queue import Queue


class Requirement(models.Model):
    """A skill that the agent of a queue's calls must have, maybe for the first seconds only.

    A wait of w seconds needs every row with `until_seconds` empty or greater than w. So French 4
    until 30, French 2 until 60 relaxes in two steps, and from 60 seconds on anybody will do.
    """

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="requirements")
    skill = models.ForeignKey("agents.Skill", models.PROTECT, related_name="requirements")
    level = models.PositiveSmallIntegerField(
        "at least", default=1, validators=LEVELS, help_text="1 a little to 5 expert."
    )
    until_seconds = models.PositiveIntegerField(
        "until",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(7000)],
        help_text="Seconds of waiting after which it is not asked for any more; empty: always.",
    )

    class Meta:
        ordering = ["skill__name", "until_seconds"]
        constraints = [
            models.UniqueConstraint(
                name="requirement_step_once", fields=["queue", "skill", "until_seconds"]
            ),
            models.UniqueConstraint(
                name="requirement_always_once",
                fields=["queue", "skill"],
                condition=Q(until_seconds__isnull=True),
            ),
            models.CheckConstraint(
                name="required_level_is_1_to_5", condition=Q(level__range=(1, 5))
            ),
        ]

    def __str__(self) -> str:
        until = f" until {self.until_seconds} s" if self.until_seconds else ""
        return f"{self.skill} {self.level}{until}"


class Overflow(models.Model):
    """Where callers of a queue are sent who cannot wait in it, or not any longer."""

    class Reason(models.TextChoices):
        ANY = "any", "Any other reason"
        LATE = "late", "Has waited too long"
        FULL = "full", "The queue is full"
        NO_AGENTS = "no_agents", "Nobody is logged in"
        CLOSED = "closed", "The queue is closed"
        EMERGENCY = "emergency", "Closed at once"

    class Target(models.TextChoices):
        FLOW_EXIT = "flow_exit", "The flow's own way out"
        QUEUE = "queue", "Another queue"
        NUMBER = "number", "A telephone number"
        FLOW = "flow", "A flow"
        VOICEMAIL = "voicemail", "A message"
        CALLBACK = "callback", "A callback"
        HANG_UP = "hang_up", "Hang up"

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="overflows")
    reason = models.CharField(max_length=10, choices=Reason.choices, default=Reason.ANY)
    target = models.CharField(max_length=10, choices=Target.choices, default=Target.FLOW_EXIT)
    words = models.CharField(
        max_length=500, blank=True, help_text="Said first, such as “We are closed until Monday.”"
    )
    other_queue = models.ForeignKey(
        Queue, models.PROTECT, null=True, blank=True, related_name="overflows_here"
    )
    number = models.CharField(
        max_length=15, blank=True, help_text="Digits only, with the country code: 442079460000."
    )
    flow = models.ForeignKey(
        "ivr.Flow", models.PROTECT, null=True, blank=True, related_name="overflows_here"
    )

    class Meta:
        ordering = ["queue", "reason"]
        constraints = [
            models.UniqueConstraint(name="one_overflow_a_reason", fields=["queue", "reason"])
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.get_target_display()}"
