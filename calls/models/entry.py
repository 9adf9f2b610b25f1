from django.db import models
from django.db.models import Q

from calls.models.call import Call, Leg, choices
from calls.models.queue import Queue
from calls.states import FailCause, OfferState


class QueueEntry(models.Model):
    """One wait: in one queue, or for one agent (then `queue` is null)."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered"
        ABANDONED = "abandoned"
        SHORT_ABANDONED = "short_abandoned"
        OVERFLOWED = "overflowed"
        VOICEMAIL = "voicemail"
        CALLBACK = "callback"  # asked for one, and never reached by it

    call = models.ForeignKey(Call, models.CASCADE, related_name="entries")
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, related_name="entries")
    agent = models.ForeignKey("agents.Agent", models.PROTECT, null=True, related_name="entries")
    enqueued_at = models.DateTimeField()  # never changes, whatever is offered or lost meanwhile
    # When an agent first took the call: a wait that goes on after a lost agent was answered before.
    answered_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    give_up_at = models.DateTimeField()
    offer_seconds = models.PositiveSmallIntegerField()
    wrap_up_seconds = models.PositiveSmallIntegerField()
    priority = models.SmallIntegerField(default=0)
    # [[skill id, level, until second or null], …]: the queue's and the call's own, as it began.
    requirements = models.JSONField(default=list)
    preferred_agent = models.ForeignKey(
        "agents.Agent", models.SET_NULL, null=True, related_name="preferred_entries"
    )
    preferred_until = models.DateTimeField(null=True)
    is_kept = models.BooleanField(default=False)  # until then it is for the preferred agent alone
    paused_at = models.DateTimeField(null=True)  # out of the room, choosing: not offered meanwhile
    is_virtual = models.BooleanField(default=False)  # without a leg: the caller will be called back
    retry_at = models.DateTimeField(null=True)  # a callback is not tried before
    announced_position = models.PositiveSmallIntegerField(null=True)  # the best one told so far
    announcements = models.PositiveSmallIntegerField(default=0)  # how many were made
    announce_at = models.DateTimeField(null=True)  # when the next one is due
    choices_at = models.DateTimeField(null=True)  # when other ways are offered next
    estimated_seconds = models.PositiveIntegerField(null=True)  # the wait foreseen as it began

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
            models.Index(
                fields=["announce_at"], name="entry_announce", condition=Q(left_at__isnull=True)
            ),
            models.Index(
                fields=["choices_at"], name="entry_choices", condition=Q(left_at__isnull=True)
            ),
            models.Index(
                fields=["agent"], name="entry_waits_for_agent", condition=Q(left_at__isnull=True)
            ),
            models.Index(fields=["queue", "left_at"], name="entry_of_queue_left"),
            models.Index(fields=["queue", "enqueued_at"], name="entry_of_queue_began"),
        ]

    def __str__(self) -> str:
        return f"{self.call} in {self.queue or self.agent}"


class Offer(models.Model):
    """How an agent comes to a call: rung for it, or by an act of their own.

    Only a call that waits has an `entry`. Whoever has the call, or had it, has an accepted offer.
    """

    class Kind(models.TextChoices):
        WAIT = "wait"  # the call waits for somebody
        CONSULT = "consult"  # its agent asks a colleague, whom the customer does not hear
        CONFERENCE = "conference"  # its agent asks a colleague into it
        OUTGOING = "outgoing"  # the agent's own call
        TAKE_OVER = "take_over"  # a supervisor has made it theirs

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.WAIT)
    call = models.ForeignKey(Call, models.CASCADE, related_name="offers")
    entry = models.ForeignKey(QueueEntry, models.CASCADE, null=True, related_name="offers")
    agent = models.ForeignKey("agents.Agent", models.PROTECT, related_name="offers")
    leg = models.OneToOneField(Leg, models.CASCADE, related_name="offer")
    state = models.CharField(max_length=10, choices=choices(OfferState), default=OfferState.PENDING)
    cause = models.CharField(max_length=12, choices=choices(FailCause), blank=True)
    is_shared = models.BooleanField(default=False)  # others are rung for the same call
    ring_seconds = models.PositiveSmallIntegerField(default=20)
    wrap_up_seconds = models.PositiveSmallIntegerField(default=0)  # that follow the talk
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
                name="entry_has_one_pending_offer",
                fields=["entry"],
                condition=Q(state="pending", is_shared=False),
            ),
        ]
        indexes = [
            models.Index(fields=["ring_until"], name="offer_pending", condition=Q(state="pending")),
            models.Index(fields=["agent", "offered_at"], name="offer_of_agent"),
            models.Index(fields=["kind", "offered_at"], name="offer_of_kind"),
        ]

    def __str__(self) -> str:
        return f"Offer {self.pk} to {self.agent}"

    @property
    def queue(self) -> Queue | None:
        """The queue that the call waits in, or came from."""
        waited_in = self.entry.queue if self.entry else None
        return waited_in or self.call.queue

    @property
    def queue_id(self) -> int | None:
        waited_in = self.entry.queue_id if self.entry else None
        return waited_in or self.call.queue_id
