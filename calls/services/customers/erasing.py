"""A customer wants to be forgotten: what says who they are goes, what is counted stays."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet

from calls.errors import NotAllowed
from calls.models import (
    Call,
    Callback,
    CallEvent,
    Command,
    Customer,
    Handling,
    Instruction,
    Invitation,
    Leg,
    Transfer,
    Voicemail,
    VonageEvent,
    histories,
)
from calls.states import CallState, LegKind
from contactcenter.vonage import numbers as spelling

SHORTEST = 7  # digits of a number that says who somebody is
ERASED = "erased"  # what stands for a number where it was written among other facts
AT_ONCE = 500
FACTS = ("id", "customer", "direction", "from_number", "to_number")
OPEN = (Callback.State.WAITING, Callback.State.CALLING)
GONE = "This customer is not there any more."
IN_CALL = "They are in a call, or wait to be called back. Wait for its end, or end it first."


@transaction.atomic(durable=True)
def erase(*, customer_id: int, now: datetime) -> None:
    """Forget who they are; key, times and counts stay. NotAllowed while a call of theirs goes on.

    Of their calls, numbers, notes, and the sound of messages go, and their numbers wherever a
    webhook or instruction of those calls names them. Of a call from elsewhere that asked to be
    called back at a number of theirs, this number goes.
    """
    found = Customer.objects.filter(id=customer_id, erased_at=None, merged_into=None)
    customer = found.first()
    if customer is None:
        raise NotAllowed(GONE)
    own = list(customer.numbers.values_list("number", flat=True))
    theirs = Call.objects.filter(Q(customer=customer) | histories.of_numbers(own))
    said = Callback.objects.filter(call__in=theirs)
    asked = Callback.objects.filter(number__in=own)
    # Ids, for beside the other conditions a subquery would have every call read.
    calls = theirs | Call.objects.filter(id__in=list(asked.values_list("call", flat=True)))
    # Calls that somebody changes at this moment are waited for; calls first, as everywhere.
    rows = list(calls.select_for_update().order_by("id").values(*FACTS))
    # Not their key: calls that begin at this moment refer to it.
    if found.select_for_update(no_key=True).first() is None:
        raise NotAllowed(GONE)
    is_on = calls.exclude(state=CallState.ENDED).exists()
    if is_on or (said | asked).filter(state__in=OPEN).exists():
        raise NotAllowed(IN_CALL)
    their = {row["id"]: _number(row) for row in rows if _is_of(row, customer, own)}
    numbers = {*own, *said.values_list("number", flat=True), *their.values()} - {""}
    for ids in _portions(their):
        _forget_numbers(ids, numbers)
        _forget_calls(customer, ids, now=now)
    for ids in _portions(row["id"] for row in rows if row["id"] not in their):
        _forget_numbers(ids, own)
    _forget_customer(customer, now=now)


def _is_of(row: Mapping[str, Any], customer: Customer, numbers: list[str]) -> bool:
    """Whether it is a call of theirs, and not only one that asked for them to be called back."""
    return row["customer"] == customer.id or _number(row) in numbers


def _number(row: Mapping[str, Any]) -> str:
    is_theirs = row["direction"] == Call.Direction.INBOUND
    return str(row["from_number" if is_theirs else "to_number"])


def _portions(ids: Iterable[int]) -> Iterator[list[int]]:
    """As many at once as a query may name."""
    rest = iter(ids)
    while portion := list(islice(rest, AT_ONCE)):
        yield portion


def _forget_numbers(ids: list[int], numbers: Collection[str]) -> None:
    """Whatever these calls say of the numbers, but for whose calls they are."""
    uuids = list(Leg.objects.filter(call__in=ids).exclude(uuid=None).values_list("uuid", flat=True))
    if places := _places(numbers):
        _redact(VonageEvent.objects.filter(uuid__in=uuids), ("body", "reply"), places)
        _redact(Instruction.objects.filter(call__in=ids), ("body",), places)
        _redact(CallEvent.objects.filter(call__in=ids), ("data",), places)
        _redact(Command.objects.filter(call__in=ids), ("body",), places)
    for model in (Callback, Invitation, Leg, Transfer):
        model._default_manager.filter(call__in=ids, number__in=numbers).update(number="")


def _forget_calls(customer: Customer, ids: list[int], *, now: datetime) -> None:
    calls = Call.objects.filter(id__in=ids)
    inbound = Call.Direction.INBOUND
    calls.filter(direction=inbound).update(from_number="", customer=customer)
    calls.exclude(direction=inbound).update(to_number="", customer=customer)
    Leg.objects.filter(call__in=ids, kind=LegKind.CUSTOMER).update(number="")
    Handling.objects.filter(call__in=ids).update(note="")
    _forget_messages(Voicemail.objects.filter(call__in=ids), now=now)


def _forget_messages(messages: QuerySet[Voicemail], *, now: datetime) -> None:
    """Without a number and a voice there is nothing left to do about them."""
    for one in messages.exclude(audio=""):
        transaction.on_commit(partial(one.audio.storage.delete, str(one.audio.name)))
    fetches = Instruction.objects.filter(
        call__voicemails__in=messages,
        verb=Instruction.Verb.FETCH,
        state=Instruction.State.WAITING,
    )
    Instruction.objects.filter(id__in=list(fetches.values_list("id", flat=True))).update(
        state=Instruction.State.CANCELLED, settled_at=now
    )
    work = (Voicemail.State.NEW, Voicemail.State.CLAIMED, Voicemail.State.RECORDING)
    messages.filter(state__in=work).update(state=Voicemail.State.DONE, settled_at=now)
    messages.update(number="", audio="", recording_url="")


def _forget_customer(customer: Customer, *, now: datetime) -> None:
    """What the row says, and what the admin's log says of it and of those merged into it."""
    customer.numbers.all().delete()
    blank = dict.fromkeys(("name", "company", "email", "note", "external_id"), "")
    Customer.objects.filter(id=customer.id).update(erased_at=now, **blank)
    log = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Customer))
    for one in Customer.objects.filter(Q(id=customer.id) | Q(merged_into=customer)):
        log.filter(object_id=str(one.id)).update(object_repr=str(one), change_message="")


def _places(numbers: Iterable[str]) -> re.Pattern[str] | None:
    """Where one of the numbers stands, as Vonage, people and callers' keys write it."""
    found = set()
    for number in numbers:
        if len(number) >= SHORTEST:
            at_home = number[len(spelling.country_code(number)) :]
            spelt = (number, spelling.shown(number), spelling.spoken(number), at_home)
            found |= {one for one in spelt if len(one) >= SHORTEST}
    forms = sorted(found, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, forms))) if forms else None


def _redact(rows: QuerySet[Any], columns: tuple[str, ...], places: re.Pattern[str]) -> None:
    """Where one of the numbers stands in these columns, the word `erased` stands instead."""
    changed = []
    for row in rows:
        before = [getattr(row, name) for name in columns]
        after = [_without(value, places) for value in before]
        if after != before:
            for name, value in zip(columns, after, strict=True):
                setattr(row, name, value)
            changed.append(row)
    rows.model._default_manager.bulk_update(changed, columns, batch_size=AT_ONCE)


def _without(value: Any, places: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return places.sub(ERASED, value)
    if isinstance(value, list):
        return [_without(one, places) for one in value]
    if isinstance(value, dict):
        return {name: _without(one, places) for name, one in value.items()}
    return value
