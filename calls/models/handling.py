from django.db import models

from calls.models.call import Call

NOTE_LIMIT = 5000  # characters


class Disposition(models.Model):
    """How a call turned out, in the words of the work; an agent chooses one."""

    label = models.CharField(max_length=60, unique=True, help_text="What the agent chooses.")
    position = models.PositiveSmallIntegerField(default=0, help_text="Smaller comes first.")

    class Meta:
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def choosable(cls, queue_id: int | None) -> models.QuerySet["Disposition"]:
        """What can be chosen for a call of this queue; for one that was in no queue, anything."""
        return cls.objects.filter(queues=queue_id) if queue_id else cls.objects.all()


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
