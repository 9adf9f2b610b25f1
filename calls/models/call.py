from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls.states import CallOutcome, CallState, HungUpBy, LegKind, LegState


def choices(values: object) -> list[tuple[str, str]]:
    """Choices of a StrEnum, labelled by their words."""
    return [(str(v), str(v).replace("_", " ").capitalize()) for v in values]  # type: ignore[attr-defined]


class Call(models.Model):
    """One customer's whole journey, whatever legs it takes.

    The columns named in `calls.folding.FOLDED` are the fold of the call's events.
    """

    class Direction(models.TextChoices):
        INBOUND = "inbound"
        OUTBOUND = "outbound"
        INTERNAL = "internal"

    key = models.CharField(max_length=32, unique=True)  # our name for it, in URLs and room names
    direction = models.CharField(max_length=8, choices=Direction.choices)
    from_number = models.CharField("from", max_length=15, blank=True)  # empty: withheld
    to_number = models.CharField("to", max_length=15, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=0)  # how many events it is the fold of

    state = models.CharField(max_length=20, choices=choices(CallState), default=CallState.IN_FLOW)
    outcome = models.CharField(max_length=20, choices=choices(CallOutcome), blank=True)
    queue = models.ForeignKey("calls.Queue", models.PROTECT, null=True, related_name="calls")
    agent = models.ForeignKey("agents.Agent", models.PROTECT, null=True, related_name="calls")
    customer = models.ForeignKey("calls.Customer", models.SET_NULL, null=True, related_name="calls")
    flow_version = models.ForeignKey("ivr.FlowVersion", models.PROTECT, null=True)
    node = models.CharField(max_length=100, blank=True)  # where in the flow
    attempt = models.PositiveSmallIntegerField(default=0)  # how often this menu was asked
    step = models.PositiveIntegerField(default=0)  # grows with every question to the caller
    room = models.PositiveIntegerField(default=0)  # n of call-<key>-<n>; 0 before the first wait
    enqueued_at = models.DateTimeField(null=True)  # in the queue it is in now
    first_enqueued_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)  # by the first agent, or by whom we called
    held_at = models.DateTimeField(null=True)  # since when the customer has been on hold
    ended_at = models.DateTimeField(null=True)
    hung_up_by = models.CharField(max_length=10, choices=choices(HungUpBy), blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="call_ends_at_a_time",
                condition=Q(state="ended", ended_at__isnull=False)
                | (~Q(state="ended") & Q(ended_at__isnull=True)),
            )
        ]
        indexes = [
            models.Index(fields=["state"], name="call_live", condition=~Q(state="ended")),
            models.Index(fields=["started_at"], name="call_started"),
            models.Index(fields=["from_number", "started_at"], name="call_from_number"),
            models.Index(fields=["to_number", "started_at"], name="call_to_number"),
        ]

    def __str__(self) -> str:
        return f"Call {self.key}"

    @property
    def customer_number(self) -> str:
        """The other end's number; empty when it is withheld, or when a colleague is called."""
        return self.from_number if self.direction == self.Direction.INBOUND else self.to_number

    @property
    def our_number(self) -> str:
        """The number of ours that the customer called, or sees."""
        is_theirs = self.direction == self.Direction.INBOUND
        return self.to_number if is_theirs else self.from_number

    @property
    def hold_room(self) -> str:
        """Where the customer hears music while the agents talk; nobody ever starts it."""
        return f"call-{self.key}-hold"

    @property
    def aside_room(self) -> str:
        """The same for a second party, while the customer is talked to."""
        return f"call-{self.key}-aside"

    def room_name(self, number: int | None = None) -> str:
        return f"call-{self.key}-{self.room if number is None else number}"


class Leg(models.Model):
    """One party's connection: the customer's, an agent's, a number's."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="legs")
    kind = models.CharField(max_length=10, choices=choices(LegKind))
    agent = models.ForeignKey("agents.Agent", models.PROTECT, null=True, related_name="legs")
    key = models.CharField(max_length=32, unique=True)  # our name for it, in its webhook URLs
    uuid = models.CharField(max_length=64, null=True, unique=True)  # Vonage's, once we hear it
    phone_call = models.CharField(max_length=64, blank=True)  # what the agent's phone calls it
    state = models.CharField(max_length=10, choices=choices(LegState), default=LegState.PLANNED)
    room = models.CharField(max_length=100, blank=True)
    region_url = models.CharField(max_length=200, blank=True)
    on_purpose = models.BooleanField(default=False)  # we, or somebody through us, ended it
    number = models.CharField(max_length=15, blank=True)  # whom we dialled, if that is a telephone

    planned_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ringing_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=12, blank=True)  # Vonage's word for the end
    disconnected_by = models.CharField(max_length=10, blank=True)
    duration = models.PositiveIntegerField(null=True, help_text="Seconds, as billed.")
    price = models.DecimalField(max_digits=12, decimal_places=8, null=True)
    rate = models.DecimalField(max_digits=12, decimal_places=8, null=True)
    network = models.CharField(max_length=40, blank=True)
    news_at = models.DateTimeField(default=timezone.now)  # when Vonage last spoke of it
    checked_at = models.DateTimeField(null=True)  # when the reconciler last asked

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="agent_has_one_live_leg",
                fields=["agent"],
                condition=~Q(state="ended"),
            )
        ]
        indexes = [
            models.Index(fields=["state"], name="leg_live", condition=~Q(state="ended")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} leg {self.uuid or self.key}"


class CallEvent(models.Model):
    """Something that happened to a call. Append-only; numbered from 1 without a gap."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="events")
    version = models.PositiveIntegerField()
    type = models.CharField(max_length=30)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=100, blank=True)
    data = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)  # the columns of Call it changed

    class Meta:
        ordering = ["call", "version"]
        constraints = [
            models.UniqueConstraint(name="call_event_version", fields=["call", "version"])
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.type}"
