from django.db import models
from django.db.models import Q

from calls.models.call import Call, Leg


class VonageEvent(models.Model):
    """A webhook as it came, kept for ever as it was, with what it was answered.

    But for the numbers of a channel that RTC names, and those of whoever is erased.
    """

    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of path and raw body
    received_at = models.DateTimeField()
    path = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    uuid = models.CharField(max_length=64, blank=True)
    jti = models.CharField(max_length=64, blank=True)
    payload_hash = models.CharField(max_length=64, blank=True)
    body = models.JSONField()
    reply_status = models.PositiveSmallIntegerField(default=204)
    reply = models.JSONField(null=True)
    error = models.CharField(max_length=200, blank=True)  # interpreting it failed: our fault

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["uuid"], name="vonage_event_uuid"),
            models.Index(fields=["jti"], name="vonage_event_jti"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


class Instruction(models.Model):
    """Something to ask of Vonage. The router sends it; a web request never does.

    Those of one call are sent in the order written, one at a time.
    """

    class Verb(models.TextChoices):
        DIAL = "dial"
        TRANSFER = "transfer"
        HANG_UP = "hang_up"
        TALK = "talk"  # an announcement in a leg's ear
        FETCH = "fetch"  # the sound of a message, from where Vonage keeps it
        CHECK = "check"  # the reconciler's question: what has become of this leg?

    class State(models.TextChoices):
        WAITING = "waiting"
        CLAIMED = "claimed"
        DONE = "done"
        FAILED = "failed"
        UNKNOWN = "unknown"  # a dial that may have been executed; never repeated
        CANCELLED = "cancelled"  # superseded, or not wanted any more

    call = models.ForeignKey(Call, models.CASCADE, related_name="instructions")
    leg = models.ForeignKey(Leg, models.CASCADE, related_name="instructions")
    verb = models.CharField(max_length=8, choices=Verb.choices)
    body = models.JSONField(default=dict)
    command = models.ForeignKey(  # that this carries out: it goes on, or fails, with the outcome
        "calls.Command", models.SET_NULL, null=True, related_name="instructions"
    )
    priority = models.PositiveSmallIntegerField()  # between calls: smaller first
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["priority", "id"],
                name="instruction_waiting",
                condition=Q(state__in=["waiting", "claimed"]),
            ),
            models.Index(
                fields=["call", "id"],
                name="instruction_of_call",
                condition=Q(state__in=["waiting", "claimed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.leg}"


class Token(models.Model):
    """The right to one request to Vonage. As many rows as the budget has per second.

    A token is taken by moving `free_at` into the future and comes back one second after the
    request was answered. So in no second, wherever it begins, more requests arrive than there
    are tokens, however late they travel.
    """

    class Budget(models.TextChoices):
        SETUP = "setup"
        REQUEST = "request"

    budget = models.CharField(max_length=7, choices=Budget.choices)
    position = models.PositiveSmallIntegerField()
    free_at = models.DateTimeField()
    instruction = models.ForeignKey(Instruction, models.SET_NULL, null=True, related_name="tokens")

    class Meta:
        ordering = ["budget", "position"]
        constraints = [models.UniqueConstraint(name="token_place", fields=["budget", "position"])]

    def __str__(self) -> str:
        return f"{self.budget} {self.position}"
