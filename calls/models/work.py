"""What callers leave behind instead of waiting: a wish to be called, a message."""

from django.db import models
from django.db.models import Q

from calls.models.call import Call
from calls.models.entry import QueueEntry
from calls.models.queue import Queue


class Callback(models.Model):
    """A caller who hung up and keeps their place: an agent is asked first, then they are called."""

    class State(models.TextChoices):
        WAITING = "waiting"  # for an agent, or for the next try
        CALLING = "calling"  # an agent has accepted and hears it ring
        REACHED = "reached"
        EXPIRED = "expired"  # every try was in vain, or its time was over
        CANCELLED = "cancelled"  # by a supervisor

    call = models.OneToOneField(Call, models.CASCADE, related_name="callback")
    entry = models.OneToOneField(QueueEntry, models.CASCADE, related_name="callback")
    number = models.CharField(max_length=15)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    last_result = models.CharField(max_length=12, blank=True)  # Vonage's word for the last try
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at"]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="callback_open",
                condition=Q(state__in=["waiting", "calling"]),
            )
        ]

    def __str__(self) -> str:
        # No number: the admin's log keeps these words, whoever is erased.
        return f"Callback {self.id}"


class Voicemail(models.Model):
    """A message that a caller left for a queue: work for one of its agents."""

    class State(models.TextChoices):
        RECORDING = "recording"  # the caller speaks, or their message has not come yet
        EMPTY = "empty"  # nothing was said: not work
        NEW = "new"
        CLAIMED = "claimed"  # one agent looks after it
        DONE = "done"

    call = models.ForeignKey(Call, models.CASCADE, related_name="voicemails")
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, related_name="voicemails")
    key = models.CharField(max_length=32, unique=True)  # our name for it, in its webhook URL
    number = models.CharField("from", max_length=15, blank=True)  # empty: withheld
    state = models.CharField(max_length=9, choices=State.choices, default=State.RECORDING)
    began_at = models.DateTimeField()
    recorded_at = models.DateTimeField(null=True)  # when its sound was there
    duration = models.PositiveIntegerField(null=True, help_text="Seconds.")
    recording_url = models.URLField(max_length=300, blank=True)  # at Vonage
    audio = models.FileField(upload_to="voicemail/%Y/%m", blank=True)
    agent = models.ForeignKey("agents.Agent", models.SET_NULL, null=True, related_name="voicemails")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["began_at"]
        indexes = [
            models.Index(
                fields=["began_at"],
                name="voicemail_open",
                condition=Q(state__in=["recording", "new", "claimed"]),
            )
        ]

    def __str__(self) -> str:
        return f"Message {self.id}"  # no number, for the same reason

    @classmethod
    def may_be_kept_by(cls, agent_id: int) -> models.QuerySet["Voicemail"]:
        """Those that this agent may look after: of their queues and of none, and what they have."""
        served = Queue.objects.filter(agents=agent_id)
        return cls.objects.filter(Q(queue=None) | Q(queue__in=served) | Q(agent=agent_id))
