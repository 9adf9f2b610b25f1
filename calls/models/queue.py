from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from calls.states import Strategy

STRATEGIES = {
    Strategy.LONGEST_IDLE: "Longest idle: who has waited longest for a call",
    Strategy.ROUND_ROBIN: "Round robin: each in turn, whatever they did meanwhile",
    Strategy.RING_ALL: "Ring all: everybody who is idle, longest idle first",
    Strategy.TOP_DOWN: "Top-down: always the first idle one in the queue's order",
    Strategy.LEAST_SKILLED: "Least skilled who can: experts are kept for harder calls",
}


class Queue(models.Model):
    """Where callers wait for one of its agents."""

    name = models.CharField(max_length=60, unique=True)
    agents = models.ManyToManyField(
        "agents.Agent", through="calls.QueueAssignment", related_name="queues", blank=True
    )
    strategy = models.CharField(
        max_length=14,
        choices=[(str(one), words) for one, words in STRATEGIES.items()],
        default=Strategy.LONGEST_IDLE,
    )
    priority = models.SmallIntegerField(
        default=0,
        validators=[MinValueValidator(-100), MaxValueValidator(100)],
        help_text="Higher is served first, among all queues of an agent. Each point counts like a "
        "minute of waiting, so nobody is overtaken for ever.",
    )
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
        help_text="Seconds after which the caller is sent on. Never for ever.",
    )
    max_size = models.PositiveSmallIntegerField(
        "maximum size",
        default=200,
        validators=[MinValueValidator(1), MaxValueValidator(5000)],
        help_text="Callers who may wait at once; the next one is sent on at once.",
    )
    short_abandon_seconds = models.PositiveSmallIntegerField(
        "short abandon",
        default=5,
        help_text="Callers who leave sooner are counted apart.",
    )
    service_level_percent = models.PositiveSmallIntegerField(
        "service level",
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Per cent of the calls that shall be answered in time.",
    )
    service_level_seconds = models.PositiveSmallIntegerField(
        "answered within",
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(3600)],
        help_text="Seconds that count as in time.",
    )
    prefer_last_agent_seconds = models.PositiveSmallIntegerField(
        "keep for the last agent",
        default=0,
        validators=[MaxValueValidator(600)],
        help_text="Seconds for which a caller is kept for the agent they spoke to last, if that "
        "agent is at work. 0: they take whoever comes first.",
    )
    schedule = models.ForeignKey(
        "ivr.Schedule",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="queues",
        help_text="When callers are let in. Without one: always.",
    )
    is_emergency_closed = models.BooleanField(
        "closed at once",
        default=False,
        help_text="Nobody new is let in, whatever the schedule says, until this is taken back.",
    )
    music_url = models.URLField(
        "music",
        blank=True,
        max_length=200,
        help_text="Address of an MP3 or WAV that Vonage can fetch. Empty: our own music.",
    )
    announce_every_seconds = models.PositiveSmallIntegerField(
        "announce every",
        default=0,
        validators=[MaxValueValidator(600)],
        help_text="Seconds between announcements to those who wait; at least 15. 0: none.",
    )
    announces_position = models.BooleanField(
        "announce the position",
        default=True,
        help_text="“You are third in line.” It is never announced worse than before.",
    )
    announces_wait = models.BooleanField(
        "announce the estimated wait",
        default=False,
        help_text="Only while recent estimates came true; see the measured error below.",
    )
    comfort_messages = models.TextField(
        blank=True,
        max_length=3000,
        help_text="One in a line; each announcement is followed by the next of them.",
    )
    choices_every_seconds = models.PositiveSmallIntegerField(
        "offer other ways every",
        default=0,
        validators=[MaxValueValidator(1800)],
        help_text="Seconds of waiting after which callers may choose a callback or a message "
        "instead, again and again; at least 15. 0: they are not asked.",
    )
    offers_callback = models.BooleanField(
        "offer a callback",
        default=False,
        help_text="They hang up and keep their place; an agent is asked first, then they are "
        "called.",
    )
    offers_voicemail = models.BooleanField(
        "offer to leave a message",
        default=False,
        help_text="The message becomes work for the agents of this queue.",
    )
    callback_tries = models.PositiveSmallIntegerField(
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text="How often a caller is called back before the callback expires.",
    )
    callback_retry_seconds = models.PositiveIntegerField(
        "callback again after",
        default=900,
        validators=[MinValueValidator(10), MaxValueValidator(86400)],
        help_text="Seconds between two tries. Nobody is called while the queue is closed.",
    )
    dispositions = models.ManyToManyField(
        "calls.Disposition",
        related_name="queues",
        blank=True,
        help_text="How a call of this queue can turn out. Without any, agents are not asked.",
    )
    is_disposition_required = models.BooleanField(
        "an outcome is required",
        default=False,
        help_text="Agents cannot end their wrap-up by hand without one. When its time is over the "
        "call stays in their list of things to do.",
    )

    returns_to_agent = models.BooleanField(
        "failed transfers return to the agent",
        default=True,
        help_text="For 20 seconds, if that agent is available; otherwise, or after that, callers "
        "wait in this queue again.",
    )
    survey_question = models.CharField(
        "survey",
        max_length=300,
        blank=True,
        help_text="Asked once the agent has left, answered by a key from 1 to 5, such as “How "
        "satisfied are you, from 1 to 5?” Empty: no survey.",
    )
    screen_pop_url = models.CharField(
        "screen pop",
        max_length=300,
        blank=True,
        help_text="Address that the console offers to open for each call of this queue, such as "
        "https://crm.example.com/?tel={number}. It may use {number}, {called}, {queue}, {call}, "
        "{customer} and {external_id}.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class QueueAssignment(models.Model):
    """An agent serves a queue."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="assignments")
    agent = models.ForeignKey("agents.Agent", models.CASCADE, related_name="assignments")
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Smaller is rung first, in queues that are served top-down."
    )
    last_offered_at = models.DateTimeField(null=True, editable=False)  # whose turn it is next

    class Meta:
        ordering = ["queue", "position", "agent"]
        db_table = "calls_queue_agents"
        constraints = [
            models.UniqueConstraint(name="agent_serves_queue_once", fields=["queue", "agent"])
        ]

    def __str__(self) -> str:
        return f"{self.agent} in {self.queue}"
