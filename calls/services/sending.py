"""Claiming instructions and writing down what became of them. The request itself is the router's.

An instruction is executed at most once unless it is safe to repeat: a dial whose outcome is not
known is never sent again; moves, hang-ups and checks are the same twice as once.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from calls.models import Call, Instruction, Leg, Offer, Token
from calls.services import budget, journal, legs, offers, outbox
from calls.services.news import news_of
from calls.states import FailCause, LegState, OfferState

Verb, State = Instruction.Verb, Instruction.State
OPEN = [State.WAITING, State.CLAIMED]
CLAIM = timedelta(seconds=15)  # longer than the client's own time-outs together
PAUSES = [0.5, 1.0, 2.0, 4.0]  # seconds before the next try
YOUNG = timedelta(seconds=2)  # Vonage may refuse changes of a leg this young
UUID_PATIENCE = timedelta(seconds=45)  # a dialled leg says its uuid by an event, or never


@dataclass(frozen=True, slots=True)
class Order:
    """A claimed instruction, with all that sending it needs."""

    id: int
    verb: str
    uuid: str
    region_url: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Report:
    """What became of an order: done, again, early, refused, gone (no such leg), or unknown."""

    result: str
    error: str = ""
    uuid: str = ""  # of the leg that a dial made
    found: dict[str, Any] = field(default_factory=dict)  # what a check found


def heads(*, now: datetime) -> QuerySet[Instruction]:
    """The next instruction of every call that has one due, most urgent first."""
    older = Instruction.objects.filter(
        call=OuterRef("call"), id__lt=OuterRef("id"), state__in=OPEN
    ).exclude(
        # A question can wait; and what waits for a uuid keeps no other leg waiting.
        Q(verb=Verb.CHECK, state=State.WAITING)
        | (Q(verb=Verb.HANG_UP, leg__uuid=None) & ~Q(leg=OuterRef("leg")))
    )
    return Instruction.objects.filter(
        ~Exists(older), state=State.WAITING, due_at__lte=now
    ).order_by("priority", "id")


def is_due(*, now: datetime) -> bool:
    """Whether anything waits to be sent; a cheap look that takes no lock."""
    return Instruction.objects.filter(state=State.WAITING, due_at__lte=now).exists()


def claim(*, now: datetime) -> Order | None:
    """Take the most urgent instruction for which there is a token, or None."""
    # Looked at before it is locked: idle routers must not queue up for SQLite's one writer.
    return _claim(now=now) if is_due(now=now) else None


@transaction.atomic(durable=True)
def _claim(*, now: datetime) -> Order | None:
    starved: set[str] = set()
    for instruction_id in heads(now=now).values_list("id", flat=True)[:20]:
        # One lock at a time: what this sender does not take, another one may.
        instruction = (
            Instruction.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(id=instruction_id, state=State.WAITING, due_at__lte=now)
            .select_related("leg")
            .first()
        )
        if instruction is None:
            continue
        if not instruction.leg.uuid and instruction.verb != Verb.DIAL:
            _await_uuid(instruction, now=now)
            continue
        kind = Token.Budget.SETUP if instruction.verb == Verb.DIAL else Token.Budget.REQUEST
        if kind in starved or _is_reserve(instruction, now=now):
            continue
        if not budget.take(kind, instruction=instruction, now=now):
            starved.add(kind)
            continue
        claimed = Instruction.objects.filter(id=instruction.id, state=State.WAITING).update(
            state=State.CLAIMED, claimed_until=now + CLAIM, tries=instruction.tries + 1
        )
        if claimed:
            leg = instruction.leg
            return Order(
                instruction.id, instruction.verb, leg.uuid or "", leg.region_url, instruction.body
            )
    return None


def _is_reserve(instruction: Instruction, *, now: datetime) -> bool:
    """Checks use at most a third of the requests; the rest is kept for calls."""
    if instruction.verb != Verb.CHECK:
        return False
    kept = settings.VONAGE_REQUESTS_PER_SECOND - settings.VONAGE_REQUESTS_PER_SECOND // 3
    return budget.free(Token.Budget.REQUEST, now=now) <= kept


def _await_uuid(instruction: Instruction, *, now: datetime) -> None:
    """A leg whose dial we got no reply to: its uuid comes with an event, or it never was."""
    if instruction.written_at + UUID_PATIENCE < now or instruction.leg.state == LegState.ENDED:
        _finish(instruction, State.CANCELLED, now=now)
    else:
        _postpone(instruction, now=now, seconds=0.25)


@transaction.atomic(durable=True)
def settle(order: Order, report: Report, *, now: datetime) -> None:
    """Write down what Vonage answered, and what follows from it."""
    call = journal.locked(instructions=order.id)
    instruction = Instruction.objects.select_related("leg").get(id=order.id)
    budget.used(instruction, at=now)
    if call is None or instruction.state != State.CLAIMED:
        return
    if _may_repeat(instruction, report, now=now):
        pause = PAUSES[min(instruction.tries, len(PAUSES)) - 1]
        _postpone(instruction, now=now, seconds=pause)
        return
    final = {"done": State.DONE, "gone": State.DONE, "unknown": State.UNKNOWN}
    _finish(instruction, final.get(report.result, State.FAILED), now=now, error=report.error)
    if instruction.verb == Verb.DIAL:
        _dialled(instruction, report, call=call, now=now)
    elif report.result == "gone":
        legs.gone(instruction.leg, call=call, now=now)
    elif report.result == "done":
        _arrived(instruction, report, call=call, now=now)
    elif instruction.verb == Verb.TRANSFER:
        # Vonage will not move them, ever: an end is better than a room that nobody enters.
        outbox.hang_up(instruction.leg, now=now)


def _may_repeat(instruction: Instruction, report: Report, *, now: datetime) -> bool:
    leg, verb = instruction.leg, instruction.verb
    if report.result == "early":
        return leg.state != LegState.ENDED and (leg.started_at or leg.planned_at) > now - YOUNG
    if report.result != "again" or verb == Verb.CHECK or leg.state == LegState.ENDED:
        return False
    if verb == Verb.DIAL and leg.on_purpose:
        return False  # hung up while the refusal was on its way
    # What follows a move relies on it: the customer would stand in a room that nobody enters.
    return verb == Verb.TRANSFER or instruction.tries <= len(PAUSES)


def _dialled(instruction: Instruction, report: Report, *, call: Call, now: datetime) -> None:
    leg = instruction.leg
    if report.result in {"done", "unknown"}:
        if report.uuid and not leg.uuid:
            leg.uuid = report.uuid
            leg.save(update_fields=["uuid"])
        offers.dialled(leg, at=now)
        return
    Leg.objects.filter(id=leg.id).update(state=LegState.ENDED, ended_at=now, ended_as="refused")
    offer = Offer.objects.filter(leg=leg).select_related("entry", "agent", "leg").first()
    if offer:
        offers.settle(offer, OfferState.FAILED, call=call, now=now, cause=FailCause.PLATFORM)


def _arrived(instruction: Instruction, report: Report, *, call: Call, now: datetime) -> None:
    if instruction.verb == Verb.TRANSFER:
        Leg.objects.filter(id=instruction.leg_id).update(room=instruction.body["room"])
    elif instruction.verb == Verb.CHECK:
        Leg.objects.filter(id=instruction.leg_id).update(checked_at=now, news_at=now)
        instruction.leg.refresh_from_db()
        legs.tell(instruction.leg, news_of(report.found, now=now), call=call, now=now)
        if instruction.leg.state != LegState.ENDED and instruction.leg.on_purpose:
            outbox.hang_up(instruction.leg, now=now)  # it should have ended, and has not


def recover(*, now: datetime) -> None:
    """Claims whose router has died: a dial is of unknown outcome, the rest is sent again."""
    stale = Instruction.objects.filter(state=State.CLAIMED, claimed_until__lte=now)
    if stale.exists():
        _recover(stale, now=now)


@transaction.atomic(durable=True)
def _recover(stale: QuerySet[Instruction], *, now: datetime) -> None:
    for instruction in stale.select_for_update(of=("self",)).select_related("leg"):
        if instruction.verb == Verb.DIAL:
            _finish(instruction, State.UNKNOWN, now=now, error="the router died while sending")
            offers.dialled(instruction.leg, at=now)
        else:
            _postpone(instruction, now=now, seconds=0)


def _finish(
    instruction: Instruction, state: Instruction.State, *, now: datetime, error: str = ""
) -> None:
    Instruction.objects.filter(id=instruction.id).update(
        state=state, settled_at=now, claimed_until=None, error=error[:200]
    )


def _postpone(instruction: Instruction, *, now: datetime, seconds: float) -> None:
    Instruction.objects.filter(id=instruction.id).update(
        state=State.WAITING, claimed_until=None, due_at=now + timedelta(seconds=seconds)
    )
