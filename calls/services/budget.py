"""The right to make requests to Vonage, shared by all routers. See `calls.models.Token`."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from calls.models import Instruction, Token

SECOND = timedelta(seconds=1, milliseconds=10)  # a little more, for clocks that tick coarsely
LEASE = timedelta(seconds=30)  # longer than any request and than an offer waits for its dial


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
    return Token.objects.filter(budget=budget, free_at__lte=now).count()


def take(budget: Token.Budget, *, instruction: Instruction, now: datetime) -> bool:
    """Take one token for the instruction, inside the caller's transaction."""
    if Token.objects.filter(budget=budget, instruction=instruction, free_at__gt=now).exists():
        return True
    while row := (
        Token.objects.select_for_update(skip_locked=True)
        .filter(budget=budget, free_at__lte=now)
        .order_by("free_at")
        .first()
    ):
        taken = Token.objects.filter(id=row.id, free_at=row.free_at).update(
            free_at=now + LEASE, instruction=instruction
        )
        if taken:
            return True
    return False


def used(instruction: Instruction, *, at: datetime) -> None:
    """The request was answered at `at`; its token is free again a second later."""
    Token.objects.filter(instruction=instruction).update(free_at=at + SECOND, instruction=None)


def unused(instruction: Instruction, *, now: datetime) -> None:
    """No request was made after all."""
    Token.objects.filter(instruction=instruction).update(free_at=now, instruction=None)
