"""Rights to one request in any second; `calls.services.budget`."""

from tests.sim.rules.rows import NEVER, Instruction, Token

SECOND, LEASE = 1.01, 30.0


def free(tokens: list[Token], now: float) -> int:
    count = 0
    for token in tokens:
        if token.free_at <= now:
            count += 1
    return count


def next_free(tokens: list[Token], now: float) -> float:
    """When the next of those that are taken is free."""
    soonest = NEVER
    for token in tokens:
        if now < token.free_at < soonest:
            soonest = token.free_at
    return soonest if soonest < NEVER else now + SECOND


def take(tokens: list[Token], one: Instruction, now: float) -> bool:
    if one.token and one.token.free_at > now:
        return True
    for token in tokens:
        if token.free_at <= now:
            token.free_at, token.instruction = now + LEASE, one
            one.token = token
            return True
    return False


def give_back(one: Instruction, free_at: float) -> None:
    if one.token:
        one.token.free_at, one.token.instruction, one.token = free_at, None, None
