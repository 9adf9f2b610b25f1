"""Two rows turn out to be one person."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from calls.errors import NotAllowed
from calls.models import Call, Customer, CustomerNumber
from calls.services.customers.saving import FIELDS

KEPT = (*(name for name in FIELDS if name != "note"), "external_id")
LONGEST_NOTE = 5000


@transaction.atomic(durable=True)
def merge(*, into: int, others: Iterable[int], now: datetime) -> Customer:
    """All of the others' numbers, calls and notes are the customer's `into` from now on.

    What `into` has of name, company, e-mail and number elsewhere stays; what it lacks is taken
    from the others. Their keys lead to it. NotAllowed for rows that are erased or merged already.
    """
    ids = {into, *others}
    # Calls before customers, as wherever both are changed.
    list(Call.objects.select_for_update().filter(customer__in=ids).order_by("id").values("id"))
    rows = Customer.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id")
    found = {one.id: one for one in rows}
    if len(found) != len(ids) or len(ids) < 2:
        raise NotAllowed("Choose at least two customers who are there still.")
    if any(one.erased_at or one.merged_into_id for one in found.values()):
        raise NotAllowed("Who was erased, or merged already, cannot be merged.")
    survivor = found.pop(into)
    for other in found.values():
        _take(survivor, other)
    survivor.save()
    return survivor


def _take(survivor: Customer, other: Customer) -> None:
    for name in KEPT:
        setattr(survivor, name, getattr(survivor, name) or getattr(other, name))
    notes = [note for note in (survivor.note, other.note) if note]
    survivor.note = "\n\n".join(dict.fromkeys(notes))
    if len(survivor.note) > LONGEST_NOTE:
        raise NotAllowed(f"Their notes together have more than {LONGEST_NOTE:,} characters.")
    CustomerNumber.objects.filter(customer=other).update(customer=survivor)
    Call.objects.filter(customer=other).update(customer=survivor)
    Customer.objects.filter(merged_into=other).update(merged_into=survivor)
    # What is theirs has been taken over; the row stays for its key.
    blank = dict.fromkeys((*KEPT, "note"), "")
    Customer.objects.filter(id=other.id).update(merged_into=survivor, **blank)
