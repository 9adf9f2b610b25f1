"""Who customers are, and what a console opens for their calls. Reads only."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q

from calls import screen_pop
from calls.models import Call, Customer, CustomerNumber, histories
from contactcenter.vonage import numbers

MOST = 20
SHORTEST = 2  # characters to look for


def customer_row(customer: Customer) -> dict[str, Any]:
    """A customer with their numbers."""
    return {
        "id": customer.id,
        "key": customer.key,
        "name": customer.name,
        "company": customer.company,
        "email": customer.email,
        "note": customer.note,
        "external_id": customer.external_id,
        "numbers": [
            {"number": one.number, "label": one.label or None} for one in customer.numbers.all()
        ],
    }


def customer_of(call: Call) -> Customer | None:
    """Whose call it is: as it was kept with the call, or by its number, since somebody is made of
    it. None of strangers, and of those whose data was erased."""
    found = call.customer
    if found is None and call.customer_number:
        known = CustomerNumber.objects.filter(number=call.customer_number)
        owner = known.select_related("customer").first()
        found = owner.customer if owner else None
    return None if found is None or found.erased_at else found


def customer_named(customer_id: int) -> dict[str, Any]:
    """The customer with this id."""
    return customer_row(Customer.objects.prefetch_related("numbers").get(id=customer_id))


def customers_like(words: str) -> list[dict[str, Any]]:
    """Those whose name, a part of it, or number begins so, or whose key it is; at most 20.

    The key of a customer who was merged leads to the one who is there.
    """
    if len(words) < SHORTEST:
        return []
    found = Q(name__istartswith=words) | Q(name__icontains=f" {words}")
    found |= Q(company__istartswith=words) | Q(key=words) | Q(merged__key=words)
    digits = numbers.normal(words)
    if digits:
        # As at home: 07700 900 is the beginning of 44 7700 900 as well.
        own = CustomerNumber.objects.filter(customer=OuterRef("id"))
        starts = Q(number__startswith=digits)
        if digits.startswith("0"):
            starts |= Q(number__contains=digits.lstrip("0"))
        found |= Q(Exists(own.filter(starts)))
    there = Customer.objects.filter(found, erased_at=None, merged_into=None).distinct()
    return [customer_row(one) for one in there.prefetch_related("numbers")[:MOST]]


def numbers_of(customer: Customer | None) -> list[str]:
    return [one.number for one in customer.numbers.all()] if customer else []


def calls_with(customer: Customer | None, known: Iterable[str]) -> Q:
    """Calls of this customer, and of these numbers."""
    found = histories.of_numbers([*known, *numbers_of(customer)])
    return found | Q(customer=customer) if customer else found


def pop_of(call: Call) -> str | None:
    """The address that the call's queue opens, filled for this call; None where there is none."""
    url = call.queue.screen_pop_url if call.queue else ""
    if not url:
        return None
    customer = call.customer
    return screen_pop.filled(
        url,
        {
            "number": call.customer_number,
            "called": call.our_number,
            "queue": str(call.queue),
            "call": str(call.id),
            "customer": customer.key if customer else "",
            "external_id": customer.external_id if customer else "",
        },
    )
