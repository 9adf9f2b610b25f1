from django.db import models

from calls.models.call import Call


class InvariantCheck(models.Model):
    """The last look at one thing that must always hold; design.md calls them invariants."""

    name = models.CharField(max_length=40, unique=True)
    checked_at = models.DateTimeField()
    violations = models.PositiveIntegerField(default=0)
    examples = models.JSONField(default=list)  # up to ten: {"model", "id", "words"}
    broken_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "health check"

    def __str__(self) -> str:
        return self.name


class Healing(models.Model):
    """Something that was not as it should be, and was put right."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    call = models.ForeignKey(Call, models.CASCADE, null=True, related_name="healings")
    agent = models.ForeignKey("agents.Agent", models.CASCADE, null=True, related_name="healings")
    words = models.CharField(max_length=200)  # what was found, and what was done about it

    class Meta:
        ordering = ["-id"]
        verbose_name = "healed"
        verbose_name_plural = "healed"
        indexes = [models.Index(fields=["at"], name="healing_at")]

    def __str__(self) -> str:
        return self.words
