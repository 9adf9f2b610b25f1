from django.db import models
from django.utils import timezone


class WallLink(models.Model):
    """A link that shows the floor on a wall, read only, until it is revoked.

    The link itself is shown once, when it is made; only its digest is kept.
    """

    name = models.CharField(max_length=60, help_text="Which screen shows it.")
    team = models.ForeignKey(
        "agents.Team",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="wall_links",
        help_text="Empty: the whole floor.",
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256 of the token
    created_by = models.CharField(max_length=150, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
