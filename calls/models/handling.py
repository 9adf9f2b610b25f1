from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from calls.models.call import Call
from calls.models.entry import Offer
from calls.models.queue import Queue
from calls.models.work import Callback
from calls.states import OfferState

NOTE_LIMIT = 5000  # characters


class Disposition(models.Model):
    """How a call turned out, in the words of the work; an agent chooses one."""

    label = models.CharField(max_length=60, unique=True, help_text="What the agent chooses.")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text="The broader outcome that this one belongs to; one level deep.",
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Smaller comes first.")

    class Meta:
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def choosable(cls, queue_id: int | None) -> models.QuerySet["Disposition"]:
        """What can be chosen for a call of this queue; for one that was in no queue, anything.

        A broader outcome is not chosen itself: it brings all that belong to it.
        """
        narrow = cls.objects.filter(children=None)
        if queue_id is None:
            return narrow
        return narrow.filter(Q(queues=queue_id) | Q(parent__queues=queue_id)).distinct()

    @classmethod
    def required_in(cls) -> models.QuerySet[Queue]:
        """Queues whose calls must be given an outcome: it is asked for, and there is one."""
        return Queue.objects.filter(
            Exists(cls.objects.filter(queues=OuterRef("id"))), is_disposition_required=True
        )


class Handling(models.Model):
    """What one agent made of a call: how it turned out, and their note."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="handlings")
    agent = models.ForeignKey("agents.Agent", models.PROTECT, related_name="handlings")
    disposition = models.ForeignKey(
        Disposition, models.PROTECT, null=True, blank=True, related_name="handlings"
    )
    note = models.TextField(max_length=NOTE_LIMIT, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="agent_handles_call_once", fields=["call", "agent"])
        ]

    def __str__(self) -> str:
        return f"{self.agent} on {self.call}"

    @classmethod
    def talks(cls) -> models.QuerySet[Offer]:
        """Offers by which agents came to talk to callers: not callbacks that reached nobody."""
        in_vain = Callback.objects.filter(
            entry=OuterRef("entry"), asked_at__lte=OuterRef("offered_at")
        ).exclude(state=Callback.State.REACHED, settled_at__lte=OuterRef("leg__ended_at"))
        goes_on = Q(leg__ended_at=None, call__answered_at__isnull=False)
        return Offer.objects.filter(
            goes_on | Q(leg__ended_at__gte=F("call__answered_at")),
            ~Exists(in_vain),
            state=OfferState.ACCEPTED,
        )

    @classmethod
    def lacking(cls) -> models.QuerySet[Offer]:
        """Those of them that lack the outcome which their queue requires."""
        chosen = cls.objects.filter(call=OuterRef("call"), agent=OuterRef("agent"))
        required = Disposition.required_in()
        # A caller who was handed on to one agent is still of the queue that they came from.
        handed_on = Q(entry__queue=None, entry__agent__isnull=False, call__queue__in=required)
        return cls.talks().filter(
            Q(entry__queue__in=required) | handed_on, ~Exists(chosen.exclude(disposition=None))
        )
