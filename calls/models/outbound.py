from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone


class DialRules(models.Model):
    """Whom agents may call, how often, and when. There is one row."""

    countries = models.CharField(
        max_length=400,
        blank=True,
        help_text="Country codes that may be called, such as 44,353. Empty: where our own numbers "
        "are.",
    )
    refused_prefixes = models.TextField(
        max_length=4000,
        blank=True,
        help_text="Beginnings of numbers that are never called, one in a line, with the country "
        "code: premium and special ranges, such as 449 or 4487.",
    )
    per_minute = models.PositiveSmallIntegerField(
        "calls a minute",
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text="That one agent may begin.",
    )
    per_hour = models.PositiveSmallIntegerField(
        "calls an hour",
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text="That one agent may begin.",
    )
    not_before = models.TimeField(
        null=True,
        blank=True,
        help_text="Nobody is called earlier, by the clock where they are. Empty: at any time.",
    )
    not_after = models.TimeField(
        null=True, blank=True, help_text="Nor later. Fill in both, or neither."
    )
    caller_id = models.ForeignKey(
        "ivr.Number",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="caller ID",
        help_text="The number of ours that people see. Empty: the first of ours.",
    )
    ring_seconds = models.PositiveSmallIntegerField(
        default=45, validators=[MinValueValidator(10), MaxValueValidator(120)]
    )
    wrap_up_seconds = models.PositiveSmallIntegerField(
        "wrap-up time",
        default=30,
        validators=[MaxValueValidator(900)],
        help_text="Seconds after a call that was answered.",
    )
    detects_machines = models.BooleanField(
        "notice answering machines",
        default=False,
        help_text="Vonage listens for one and the agent is told. It may cost extra.",
    )

    class Meta:
        verbose_name_plural = "dial rules"

    def __str__(self) -> str:
        return "Dial rules"


class DoNotCall(models.Model):
    """A number that nobody calls."""

    number = models.CharField(
        max_length=15, unique=True, help_text="Digits only, with the country code: 447700900123."
    )
    reason = models.CharField(max_length=120, blank=True)
    added_by = models.CharField(max_length=150, blank=True, editable=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["number"]
        verbose_name = "do-not-call number"

    def __str__(self) -> str:
        return f"+{self.number}"
