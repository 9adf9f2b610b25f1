"""How long callers will wait, and how wrong that is, for those who set up queues. Reads only."""

from datetime import datetime

from calls.estimates import Error
from calls.models import waits


def estimate(*, queue_id: int, position: int, now: datetime) -> float | None:
    """Seconds that a caller at this position (1 is next) will wait; None when nobody can say."""
    return waits.estimate(queue_id=queue_id, position=position)


def error_of(*, queue_id: int) -> Error | None:
    """Median and 90th percentile of how wrong the last 50 estimates were; None: too few."""
    return waits.error(queue_id=queue_id)
