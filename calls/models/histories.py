"""Which calls belong to one customer. Queries that services and selectors share."""

from collections.abc import Iterable

from django.db.models import Q

from calls.models.call import Call


def of_numbers(numbers: Iterable[str]) -> Q:
    """Calls to or from one of these numbers of customers; colleagues' calls have none."""
    known = set(numbers) - {""}
    inbound = Q(direction=Call.Direction.INBOUND, from_number__in=known)
    return inbound | Q(direction=Call.Direction.OUTBOUND, to_number__in=known)
