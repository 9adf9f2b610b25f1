"""What agents know of a customer, from the call at hand."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from calls.broadcast import announce
from calls.errors import NoSuchCall
from calls.models import Call, Customer, CustomerNumber, Leg, Offer, histories
from calls.services import journal
from calls.states import LegState, OfferState

FIELDS = ("name", "company", "email", "note")


def known_by(number: str) -> int | None:
    """The id of the customer who has this number; a withheld one is nobody's."""
    if not number:
        return None
    known = CustomerNumber.objects.filter(number=number)
    return known.values_list("customer_id", flat=True).first()


def save(
    *, call_id: int, agent_id: int, actor: str, facts: Mapping[str, str], now: datetime
) -> int | None:
    """Keep what an agent of the call says of its customer: `facts`, some of FIELDS.

    Returns the customer's id. Nobody is made of nothing: None when all of it is empty, and nobody
    is known yet. NoSuchCall when it is not a call of theirs.
    """
    try:
        return _save(call_id, agent_id, actor, facts, now)
    except IntegrityError:
        # A colleague has made the same customer at this moment, from another call of theirs.
        return _save(call_id, agent_id, actor, facts, now)


@transaction.atomic(durable=True)
def _save(
    call_id: int, agent_id: int, actor: str, facts: Mapping[str, str], now: datetime
) -> int | None:
    same = _of_stranger(call_id)
    call = journal.locked(id=call_id)
    mine = Offer.objects.filter(call=call_id, agent=agent_id, state=OfferState.ACCEPTED)
    if call is None or call.direction == Call.Direction.INTERNAL or not mine.exists():
        raise NoSuchCall("There is no such call of yours.")
    customer = _of(call)
    changed = {
        name: value
        for name, value in facts.items()
        if name in FIELDS and value != getattr(customer, name, "")
    }
    if not changed:
        return customer.id if customer else None
    if customer is None:
        customer = _begin(call, same, now=now)
    Customer.objects.filter(id=customer.id).update(**changed)
    data = {"customer": customer.id, "fields": sorted(changed)}
    journal.record(call, "customer_saved", at=now, actor=actor, data=data)
    live = Leg.objects.filter(call__customer=customer.id).exclude(state=LegState.ENDED)
    announce(agents=[one for one in live.values_list("agent_id", flat=True) if one])
    return customer.id


def _of(call: Call) -> Customer | None:
    """The call's customer, held until the end of the service; an erased one is nobody's any more.

    Somebody may have been made of the number since the call began.
    """
    chosen = call.customer_id or known_by(call.customer_number)
    found = Customer.objects.select_for_update(no_key=True).filter(id=chosen or 0).first()
    if found and found.erased_at:
        raise NoSuchCall("This customer's data has been erased.")
    if found and call.customer_id is None:
        Call.objects.filter(id=call.id).update(customer=found)
    return found


def _of_stranger(call_id: int) -> list[int]:
    """The ids of all calls of this call's number, held, if nobody is known by it.

    In one order, with the call itself among them: two who save at once wait for each other.
    """
    call = Call.objects.filter(id=call_id, customer=None).first()
    number = call.customer_number if call else ""
    if not number or known_by(number):
        return []
    calls = Call.objects.filter(histories.of_numbers([number]), customer=None)
    return list(calls.select_for_update().order_by("id").values_list("id", flat=True))


def _begin(call: Call, same: Collection[int], *, now: datetime) -> Customer:
    """A new customer, who has the number of this call, and `same`: the calls of that number."""
    customer = Customer.objects.create(key=secrets.token_hex(12), created_at=now)
    number = call.customer_number
    if number:
        CustomerNumber.objects.create(customer=customer, number=number)
    Call.objects.filter(id__in={call.id, *same}, customer=None).update(customer=customer)
    return customer
