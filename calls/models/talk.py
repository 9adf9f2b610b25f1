"""What agents and supervisors do with calls that go on: hand them on, ask others in, listen."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from calls.models.call import Call, Leg
from calls.models.queue import Queue


class Transfer(models.Model):
    """A call handed on by its agent, who does not wait for whoever gets it (blind)."""

    class Target(models.TextChoices):
        AGENT = "agent"
        QUEUE = "queue"
        NUMBER = "number"
        FLOW = "flow"

    class State(models.TextChoices):
        MOVING = "moving"  # the customer is on their way to the music
        RINGING = "ringing"  # they wait; the agent who handed them on is gone
        DONE = "done"  # somebody has them, or a queue or flow keeps them
        RETURNED = "returned"  # to the agent or queue they came from
        FAILED = "failed"  # the customer could not be moved: the agent still has them

    call = models.ForeignKey(Call, models.CASCADE, related_name="transfers")
    by = models.ForeignKey("agents.Agent", models.PROTECT, related_name="transfers")
    target = models.CharField(max_length=6, choices=Target.choices)
    agent = models.ForeignKey(
        "agents.Agent", models.PROTECT, null=True, related_name="transfers_here"
    )
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, related_name="transfers_here")
    flow = models.ForeignKey("ivr.Flow", models.PROTECT, null=True, related_name="transfers_here")
    number = models.CharField(max_length=15, blank=True)
    from_queue = models.ForeignKey(Queue, models.PROTECT, null=True, related_name="transfers_away")
    state = models.CharField(max_length=8, choices=State.choices, default=State.MOVING)
    result = models.CharField(max_length=12, blank=True)  # why it came back: declined, missed, busy
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.call} to {self.queue or self.agent or self.flow or self.number}"


class Invitation(models.Model):
    """Somebody asked into a call that goes on: to be consulted first, or to take part at once."""

    class Kind(models.TextChoices):
        CONSULT = "consult"
        CONFERENCE = "conference"

    class State(models.TextChoices):
        RINGING = "ringing"
        JOINED = "joined"  # in the call, with or without the customer: `Leg.room` says where
        ENDED = "ended"

    call = models.ForeignKey(Call, models.CASCADE, related_name="invitations")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey("agents.Agent", models.PROTECT, related_name="invitations")
    agent = models.ForeignKey(
        "agents.Agent", models.PROTECT, null=True, related_name="invitations_here"
    )
    number = models.CharField(max_length=15, blank=True)
    leg = models.OneToOneField(Leg, models.CASCADE, related_name="invitation")
    state = models.CharField(max_length=7, choices=State.choices, default=State.RINGING)
    # How it ended: declined, missed, failed, busy, cancelled, left; or completed: they have it now.
    result = models.CharField(max_length=12, blank=True)
    asked_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    merged_at = models.DateTimeField(null=True)  # since when they hear the customer as well
    ended_at = models.DateTimeField(null=True)
    ring_until = models.DateTimeField(null=True)  # of a number; agents have an offer with its own

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="call_has_one_consultation",
                fields=["call"],
                condition=Q(kind="consult") & ~Q(state="ended"),
            )
        ]
        indexes = [
            models.Index(
                fields=["ring_until"], name="invitation_rings", condition=Q(state="ringing")
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent or self.number} in {self.call}"


class Supervision(models.Model):
    """A supervisor, or a colleague who may coach, in somebody else's call."""

    class Mode(models.TextChoices):
        LISTEN = "listen"  # nobody hears them
        WHISPER = "whisper"  # the agents hear them, the customer does not
        BARGE = "barge"  # everybody hears them

    class State(models.TextChoices):
        RINGING = "ringing"
        JOINED = "joined"
        ENDED = "ended"

    call = models.ForeignKey(Call, models.CASCADE, related_name="supervisions")
    agent = models.ForeignKey("agents.Agent", models.PROTECT, related_name="supervisions")
    leg = models.OneToOneField(Leg, models.CASCADE, related_name="supervision")
    mode = models.CharField(max_length=7, choices=Mode.choices)
    heard_by = models.JSONField(default=list)  # uuids of the legs it was last told may hear them
    state = models.CharField(max_length=7, choices=State.choices, default=State.RINGING)
    is_told = models.BooleanField(default=False)  # whether the agents of the call are shown it
    began_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # How it ended: left, taken_over, not_reached, call_waits, not_theirs or call_ended.
    result = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.agent}: {self.mode} {self.call}"


class SurveyAnswer(models.Model):
    """What a customer said of a call, by one key."""

    call = models.OneToOneField(Call, models.CASCADE, related_name="survey")
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, related_name="survey_answers")
    agent = models.ForeignKey(
        "agents.Agent", models.PROTECT, null=True, related_name="survey_answers"
    )
    score = models.PositiveSmallIntegerField(
        null=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )  # null: asked, and not answered
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.call}: {self.score or 'no answer'}"
