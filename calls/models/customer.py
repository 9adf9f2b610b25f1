from django.db import models
from django.utils import timezone


class Customer(models.Model):
    """Somebody who calls, or is called, whatever number they use."""

    # Other systems know them by it, and it outlives merging and erasing: it is never used again.
    key = models.CharField(max_length=32, unique=True, editable=False)
    name = models.CharField(max_length=120, blank=True)
    company = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    note = models.TextField(max_length=5000, blank=True, help_text="Shown to agents at ring time.")
    external_id = models.CharField(
        "id elsewhere",
        max_length=120,
        blank=True,
        help_text="Their number in your own system; the screen-pop address may use it.",
    )
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="merged"
    )
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        if self.erased_at:
            return f"Erased customer {self.id}"
        return self.name or f"Customer {self.id}"


class CustomerNumber(models.Model):
    """One of a customer's telephone numbers."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="numbers")
    number = models.CharField(
        max_length=15, unique=True, help_text="Digits only, with the country code: 447700900123."
    )
    label = models.CharField(max_length=30, blank=True, help_text="Such as mobile or office.")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"+{self.number}"
