"""The right to make requests to Vonage, shared by all routers. See `calls.models.Token`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import transaction

from calls.models import Instruction, Token
from contactcenter.prepared import Prepared, given

SECOND = timedelta(seconds=1, milliseconds=10)  # a little more, for clocks that tick coarsely
LEASE = timedelta(seconds=30)  # longer than any request and than an offer waits for its dial

FREE = Prepared(
    lambda: (
        Token.objects.filter(budget=given("budget"), free_at__lte=given("now"))
        .order_by()
        .values_list("id")
    )
)
DIALS_WITHOUT_TOKEN = Prepared(
    lambda: (
        Instruction.objects.filter(
            verb=Instruction.Verb.DIAL, state=Instruction.State.WAITING, due_at__lte=given("now")
        )
        .exclude(tokens__free_at__gt=given("now"))
        .order_by()
        .values_list("id")
    )
)
GIVE = Prepared(
    lambda: Token.objects.filter(id=given("token")),
    free_at=given("now") + LEASE,
    instruction=given("instruction"),
)


@transaction.atomic(durable=True)
def prepare(*, now: datetime) -> None:
    """As many tokens as the settings allow; what is taken stays taken."""
    sizes = {
        Token.Budget.SETUP: settings.VONAGE_SETUPS_PER_SECOND,
        Token.Budget.REQUEST: settings.VONAGE_REQUESTS_PER_SECOND,
    }
    for budget, size in sizes.items():
        Token.objects.filter(budget=budget, position__gte=size).delete()
        for position in range(size):
            Token.objects.get_or_create(budget=budget, position=position, defaults={"free_at": now})


def free(budget: Token.Budget, *, now: datetime) -> int:
    return len(FREE.rows(budget=budget, now=now))


def room_for_offers(*, now: datetime) -> int:
    """Free set-up tokens, without those for which dials wait already, such as callbacks' own."""
    spare = free(Token.Budget.SETUP, now=now)
    return max(0, spare - len(DIALS_WITHOUT_TOKEN.rows(now=now))) if spare else 0


def hold(budget: Token.Budget, *, count: int, now: datetime) -> list[Token]:
    """Up to `count` free tokens, held against others until the end of the caller's transaction."""
    return _holding(count).objects(Token, budget=budget, now=now) if count else []


@cache
def _holding(count: int) -> Prepared:
    rows = Token.objects.select_for_update(skip_locked=True)
    free = rows.filter(budget=given("budget"), free_at__lte=given("now")).order_by("free_at")
    return Prepared(lambda: free[:count])


def give(tokens: Sequence[Token], instructions: Sequence[Instruction], *, now: datetime) -> None:
    """Take held tokens for these instructions, one each."""
    for token, instruction in zip(tokens, instructions, strict=True):
        GIVE.update(token=token.id, instruction=instruction.id, now=now)


def take(budget: Token.Budget, *, instruction: Instruction, now: datetime) -> bool:
    """Take one token for the instruction, inside the caller's transaction."""
    if Token.objects.filter(budget=budget, instruction=instruction, free_at__gt=now).exists():
        return True
    tokens = hold(budget, count=1, now=now)
    give(tokens, [instruction] * len(tokens), now=now)
    return bool(tokens)


def spend(budget: Token.Budget, *, now: datetime) -> None:
    """Count a request that is not ours to hold back, such as a call that a browser begins."""
    for token in hold(budget, count=1, now=now):
        Token.objects.filter(id=token.id).update(free_at=now + SECOND)


def used(instruction: Instruction, *, at: datetime) -> None:
    """The request was answered at `at`; its token is free again a second later."""
    Token.objects.filter(instruction=instruction).update(free_at=at + SECOND, instruction=None)


def unused(instruction: Instruction, *, now: datetime) -> None:
    """No request was made after all."""
    Token.objects.filter(instruction=instruction).update(free_at=now, instruction=None)
