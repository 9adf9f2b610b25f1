from django.db import models
from django.db.models import Q

from calls.models.call import Call


class Command(models.Model):
    """Something that somebody asked to be done with a call, and what became of it."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        FAILED = "failed"

    key = models.CharField(max_length=32, unique=True)  # what whoever asked calls it
    call = models.ForeignKey(Call, models.CASCADE, related_name="commands")
    user = models.ForeignKey("agents.User", models.SET_NULL, null=True, related_name="commands")
    kind = models.CharField(max_length=12)  # connect, hold, transfer, … as the API names them
    agent = models.ForeignKey(  # of whom it says what they want; null: a supervisor's
        "agents.Agent", models.SET_NULL, null=True, related_name="commands"
    )
    body = models.JSONField(default=dict)
    state = models.CharField(max_length=7, choices=State.choices, default=State.PENDING)
    error_code = models.CharField(max_length=20, blank=True)
    error = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    give_up_at = models.DateTimeField()  # pending until then at most
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["give_up_at"], name="command_pending", condition=Q(state="pending")
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.call}"
