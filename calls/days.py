"""Where days begin."""

from datetime import datetime

from django.utils import timezone


def midnight(now: datetime) -> datetime:
    """When the day of this instant began, in the settings' time zone.

    Where clocks go back at midnight and show it twice, it is the first time they show it.
    """
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
