from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from calls.models.call import Call, Leg, choices
from calls.states import FailCause, OfferState


class Queue(models.Model):
    """Where callers wait for one of its agents."""

    name = models.CharField(max_length=60, unique=True)
    agents = models.ManyToManyField("agents.Agent", related_name="queues", blank=True)
    offer_seconds = models.PositiveSmallIntegerField(
        "offer time",
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text="Seconds an agent is rung before the next one is asked.",
    )
    wrap_up_seconds = models.PositiveSmallIntegerField(
        "wrap-up time",
        default=30,
        validators=[MaxValueValidator(900)],
        help_text="Seconds after a call before the agent is offered the next one.",
    )
    max_wait_seconds = models.PositiveIntegerField(
        "maximum wait",
        default=1800,
        validators=[MinValueValidator(10), MaxValueValidator(7000)],
        help_text="Seconds after which the flow goes on without an agent. Never for ever.",
    )
    short_abandon_seconds = models.PositiveSmallIntegerField(
        "short abandon",
        default=5,
        help_text="Callers who leave sooner are counted apart.",
    )
    dispositions = models.ManyToManyField(
        "calls.Disposition",
        related_name="queues",
        blank=True,
        help_text="How a call of this queue can turn out. Without any, agents are not asked.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class QueueEntry(models.Model):
    """One wait: in one queue, or for one agent (then `queue` is null)."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered"
        ABANDONED = "abandoned"
        SHORT_ABANDONED = "short_abandoned"
        OVERFLOWED = "overflowed"

    call = models.ForeignKey(Call, models.CASCADE, related_name="entries")
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, related_name="entries")
    agent = models.ForeignKey("agents.Agent", models.PROTECT, null=True, related_name="entries")
    enqueued_at = models.DateTimeField()  # never changes, whatever is offered or lost meanwhile
    left_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    give_up_at = models.DateTimeField()
    offer_seconds = models.PositiveSmallIntegerField()
    wrap_up_seconds = models.PositiveSmallIntegerField()
    preferred_agent = models.ForeignKey(
        "agents.Agent", models.SET_NULL, null=True, related_name="preferred_entries"
    )
    preferred_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["enqueued_at", "id"]
        verbose_name_plural = "queue entries"
        constraints = [
            models.UniqueConstraint(
                name="call_waits_once", fields=["call"], condition=Q(left_at__isnull=True)
            ),
            models.CheckConstraint(
                name="entry_waits_for_somebody",
                condition=Q(queue__isnull=False) | Q(agent__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["enqueued_at"], name="entry_waiting", condition=Q(left_at__isnull=True)
            ),
            models.Index(
                fields=["give_up_at"], name="entry_give_up", condition=Q(left_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call} in {self.queue or self.agent}"


class Offer(models.Model):
    """Ringing one agent for one call."""

    entry = models.ForeignKey(QueueEntry, models.CASCADE, related_name="offers")
    agent = models.ForeignKey("agents.Agent", models.PROTECT, related_name="offers")
    leg = models.OneToOneField(Leg, models.CASCADE, related_name="offer")
    state = models.CharField(max_length=10, choices=choices(OfferState), default=OfferState.PENDING)
    cause = models.CharField(max_length=12, choices=choices(FailCause), blank=True)
    offered_at = models.DateTimeField()
    dialled_at = models.DateTimeField(null=True)  # the clock runs from here
    ring_until = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # a console, or the phone network, said it rings
    ended_at = models.DateTimeField(null=True)
    explanation = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="agent_has_one_pending_offer", fields=["agent"], condition=Q(state="pending")
            ),
            models.UniqueConstraint(
                name="entry_has_one_pending_offer", fields=["entry"], condition=Q(state="pending")
            ),
        ]
        indexes = [
            models.Index(fields=["ring_until"], name="offer_pending", condition=Q(state="pending")),
            models.Index(fields=["agent", "offered_at"], name="offer_of_agent"),
        ]

    def __str__(self) -> str:
        return f"Offer {self.pk} to {self.agent}"
