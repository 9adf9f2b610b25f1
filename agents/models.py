from django.contrib.auth.models import AbstractUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agents.states import STORED, State

LOWEST_LEVEL, HIGHEST_LEVEL = 1, 5
LEVELS = [MinValueValidator(LOWEST_LEVEL), MaxValueValidator(HIGHEST_LEVEL)]
STATES = [(state.value, state.value.replace("_", " ").capitalize()) for state in State]


class User(AbstractUser):
    """Somebody who logs in: agent, supervisor or operator."""

    class Meta(AbstractUser.Meta):
        permissions = [("coach", "May listen to and coach colleagues")]


class Team(models.Model):
    """Agents and the supervisors who look after them."""

    name = models.CharField(max_length=60, unique=True)
    supervisors = models.ManyToManyField(
        User, related_name="teams", blank=True, help_text="They see and help these agents only."
    )

    tells_of_supervision = models.BooleanField(
        "agents see who listens",
        default=False,
        help_text="While somebody listens to or coaches them. Who barges in is always seen.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class StateReason(models.Model):
    """Why an agent is on a break or offline, chosen from this list."""

    code = models.SlugField(max_length=40, unique=True, help_text="Used by the API, such as lunch.")
    label = models.CharField(max_length=60)
    is_system = models.BooleanField(
        "set by the system", default=False, help_text="Agents cannot choose it themselves."
    )
    is_productive = models.BooleanField(
        "productive",
        default=False,
        help_text="Counts as work in reports, such as training or a meeting.",
    )
    max_seconds = models.PositiveIntegerField(
        "time limit",
        null=True,
        blank=True,
        validators=[MinValueValidator(60), MaxValueValidator(28800)],
        help_text="Seconds after which the agent is reminded that it is over; empty: no limit.",
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Smaller comes first.")

    class Meta:
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label


class Skill(models.Model):
    """Something that calls may need and agents have, at a level from 1 to 5."""

    name = models.CharField(
        max_length=40, unique=True, help_text="Such as French, or Repairs; flows name it."
    )
    description = models.CharField(
        max_length=200, blank=True, help_text="What each level means to you."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Agent(models.Model):
    """Somebody who can be given calls."""

    user = models.OneToOneField(User, models.CASCADE, related_name="agent")
    vonage_user = models.CharField(
        "platform user", max_length=100, unique=True, help_text="The user's name at Vonage."
    )
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="agents")
    choice = models.CharField(
        max_length=10, choices=[(s, s) for s in STORED], default=State.OFFLINE, editable=False
    )
    choice_reason = models.CharField(max_length=40, blank=True, editable=False)
    choice_actor = models.CharField(max_length=150, blank=True, editable=False)
    idle_since = models.DateTimeField(null=True, editable=False)  # longest idle is served first
    wrap_up_until = models.DateTimeField(null=True, blank=True, editable=False)
    wrap_up_extended = models.BooleanField(default=False, editable=False)  # once, by the agent
    no_offer_until = models.DateTimeField(null=True, editable=False)
    failures_in_a_row = models.PositiveSmallIntegerField(default=0, editable=False)
    console_until = models.DateTimeField(null=True, editable=False)  # the console's lease
    lost_at = models.DateTimeField(null=True, editable=False)  # soon after it, back with a beat
    # Which of the agent's windows is the telephone. Every new holder gets the next epoch.
    phone_tab = models.CharField(max_length=64, blank=True, editable=False)
    phone_epoch = models.PositiveIntegerField(default=0, editable=False)
    phone_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["user__username"]
        indexes = [
            models.Index(
                fields=["wrap_up_until"],
                name="agent_wrap_up",
                condition=Q(wrap_up_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.user.get_full_name() or self.user.get_username()


class AgentSkill(models.Model):
    """How well an agent has a skill."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="agents")
    level = models.PositiveSmallIntegerField(
        default=3, validators=LEVELS, help_text="1 a little to 5 expert."
    )

    class Meta:
        ordering = ["skill__name"]
        constraints = [
            models.UniqueConstraint(name="agent_has_skill_once", fields=["agent", "skill"]),
            models.CheckConstraint(name="level_is_1_to_5", condition=Q(level__range=(1, 5))),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class AgentState(models.Model):
    """One interval of an agent's time. The open one (`ended_at` null) is the state now.

    Written in the transaction that changes the state; the next interval begins at the very
    instant at which the last one ends, so time in states adds up.
    """

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="states")
    state = models.CharField(max_length=10, choices=STATES)
    reason = models.CharField(max_length=40, blank=True)
    actor = models.CharField(max_length=150, blank=True, help_text="Who set it; empty: the rules.")
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="agent_is_in_one_state", fields=["agent"], condition=Q(ended_at__isnull=True)
            )
        ]
        indexes = [
            models.Index(
                fields=["state"], name="agent_state_now", condition=Q(ended_at__isnull=True)
            ),
            models.Index(fields=["agent", "ended_at"], name="agent_state_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} {self.state}"


class ApiKey(models.Model):
    """A program's log-in: it may do what its user may, until it is revoked.

    The key itself is shown once, when it is made; only its digest is kept.
    """

    name = models.CharField(max_length=60, help_text="Which program uses it.")
    user = models.ForeignKey(User, models.CASCADE, related_name="api_keys")
    prefix = models.CharField(max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)  # SHA-256 of the whole key
    is_read_only = models.BooleanField(
        "read only", default=False, help_text="It may look, and change nothing."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
