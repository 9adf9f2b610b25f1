"""Which instruction is sent next, within the budget."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from calls.models import Instruction, Token
from calls.services import budget
from calls.services.sending.orders import Order, State, Verb, finish, postpone
from calls.states import CallState
from contactcenter.prepared import Prepared, given

OPEN = [State.WAITING, State.CLAIMED]
CLAIM = timedelta(seconds=15)  # longer than the client's own time-outs together
FETCH_CLAIM = timedelta(seconds=90)
STALE = timedelta(seconds=15)  # an announcement that waited this long is not true any more


def _heads(*, fetches: bool) -> QuerySet[Instruction]:
    """The next instruction of every call that has one due, most urgent first."""
    older = Instruction.objects.filter(
        call=OuterRef("call"), id__lt=OuterRef("id"), state__in=OPEN
    ).exclude(
        # Words, sound and questions can wait; and what waits for a uuid, or for the token of a
        # set-up, keeps no other leg waiting.
        Q(verb__in=[Verb.TALK, Verb.FETCH, Verb.CHECK], state=State.WAITING)
        | (Q(verb=Verb.HANG_UP, leg__uuid=None) & ~Q(leg=OuterRef("leg")))
        | (Q(verb=Verb.DIAL, state=State.WAITING) & ~Q(leg=OuterRef("leg")))
    )
    return _due(fetches=fetches).filter(~Exists(older)).order_by("priority", "id")


def _due(*, fetches: bool) -> QuerySet[Instruction]:
    due = Instruction.objects.filter(state=State.WAITING, due_at__lte=given("now"))
    return due if fetches else due.exclude(verb=Verb.FETCH)


def _prepared(build: Callable[..., QuerySet[Instruction]], *, most: int) -> dict[bool, Prepared]:
    """The ids of at most so many, with and without what is fetched."""

    def ids(fetches: bool) -> QuerySet[Any]:
        return build(fetches=fetches).values_list("id")[:most]

    return {fetches: Prepared(partial(ids, fetches)) for fetches in (True, False)}


DUE = _prepared(lambda fetches: _due(fetches=fetches).order_by(), most=1)
HEADS = _prepared(_heads, most=20)
# One lock at a time: what this sender does not take, another one may.
HOLD = Prepared(
    lambda: (
        Instruction.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(id=given("id"), state=State.WAITING, due_at__lte=given("now"))
        .select_related("leg__call")
    )
)


def is_due(*, now: datetime, fetches: bool = True) -> bool:
    """Whether anything waits to be sent; a cheap look that takes no lock."""
    return bool(DUE[fetches].rows(now=now))


def claim(*, now: datetime, fetches: bool = True) -> Order | None:
    """Take the most urgent instruction for which there is a token, or None.

    Without `fetches` no sound of a message is taken: that may last a minute.
    """
    # Looked at before it is locked: idle routers must not queue up for SQLite's one writer.
    return _claim(now=now, fetches=fetches) if is_due(now=now, fetches=fetches) else None


@transaction.atomic(durable=True)
def _claim(*, now: datetime, fetches: bool) -> Order | None:
    starved = False  # no token is left for requests
    for (instruction_id,) in HEADS[fetches].rows(now=now):
        held = HOLD.objects(Instruction, id=instruction_id, now=now)
        instruction = held[0] if held else None
        if instruction is None or _is_early_or_late(instruction, now=now):
            continue
        kind = Token.Budget.SETUP if instruction.verb == Verb.DIAL else Token.Budget.REQUEST
        if (starved and kind == Token.Budget.REQUEST) or _is_reserve(instruction, now=now):
            continue
        if not budget.take(kind, instruction=instruction, now=now):
            # A dial may hold a token already, whatever those before it lack.
            starved = kind == Token.Budget.REQUEST or starved
            continue
        claimed = Instruction.objects.filter(id=instruction.id, state=State.WAITING).update(
            state=State.CLAIMED,
            claimed_until=now + (FETCH_CLAIM if instruction.verb == Verb.FETCH else CLAIM),
            tries=instruction.tries + 1,
        )
        if claimed:
            leg = instruction.leg
            return Order(
                instruction.id, instruction.verb, leg.uuid or "", leg.region_url, instruction.body
            )
    return None


def _is_early_or_late(instruction: Instruction, *, now: datetime) -> bool:
    """Whether it cannot be sent yet, for its leg has no uuid, or shall not be any more."""
    if _is_stale(instruction, now=now):
        finish(instruction, State.CANCELLED, now=now)
        return True
    if instruction.leg.uuid or instruction.verb == Verb.DIAL:
        return False
    # Whether it ever will have one is not found out here: that needs the call's lock, which comes
    # before the instruction's.
    postpone(instruction, now=now, seconds=0.25)
    return True


def _is_stale(instruction: Instruction, *, now: datetime) -> bool:
    """An announcement to somebody who does not wait any more, or that is not true any more."""
    if instruction.verb != Verb.TALK:
        return False
    waits = instruction.leg.call.state == CallState.QUEUED
    return not waits or instruction.written_at + STALE <= now


def _is_reserve(instruction: Instruction, *, now: datetime) -> bool:
    """Checks use at most a third of the requests; the rest is kept for calls."""
    if instruction.verb != Verb.CHECK:
        return False
    kept = settings.VONAGE_REQUESTS_PER_SECOND - settings.VONAGE_REQUESTS_PER_SECOND // 3
    return budget.free(Token.Budget.REQUEST, now=now) <= kept
