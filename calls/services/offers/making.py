"""Holding a call and agents for each other, and having the agents dialled."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction

from agents import services as agents
from agents.errors import AgentBusy
from agents.models import Agent
from calls.broadcast import announce
from calls.errors import NotOffered
from calls.models import Call, Instruction, Leg, Offer, QueueAssignment, QueueEntry, Token
from calls.services import budget, journal, outbox, reaching
from calls.services.keys import leg_key
from calls.services.offers.holding import Calls, hold_calls
from calls.states import CallState, LegKind, Strategy
from contactcenter.prepared import Prepared, given, given_list

logger = logging.getLogger(__name__)


class Pair(NamedTuple):
    """A call that waits, by its entry, and the agent who is to be rung for it."""

    entry_id: int
    agent_id: int


class _Ring(NamedTuple):
    """An offer about to be made; call, agent and set-up token are held for it."""

    call: Call
    entry: QueueEntry
    strategy: str | None
    agent: Agent


def offer_call(*, entry_id: int, agent_id: int, actor: str = "", now: datetime) -> Offer:
    """Offer a waiting call to this very agent, and to nobody else meanwhile.

    Many may try at once: all but one find nothing left to hold and raise NotOffered, which is also
    raised when no set-up token is left. Nothing is changed then.
    """
    try:
        return _offer_call(entry_id=entry_id, agent_id=agent_id, actor=actor, now=now)
    except (AgentBusy, IntegrityError) as error:
        raise NotOffered(str(error)) from error


@transaction.atomic(durable=True)
def _offer_call(*, entry_id: int, agent_id: int, actor: str, now: datetime) -> Offer:
    held = hold_calls([entry_id], waits=True).get(entry_id)
    if held is None or held.call.state == CallState.OFFERED:
        raise NotOffered(f"Entry {entry_id} does not wait any more.")
    if budget.room_for_offers(now=now) < cost(is_virtual=held.entry.is_virtual):
        raise NotOffered("No call set-up is left in this second.")
    tokens = budget.hold(Token.Budget.SETUP, count=1, now=now)
    if not tokens:
        raise NotOffered("No call set-up is left in this second.")
    agent = agents.reserve(agent_id=agent_id, now=now)
    return _ring([_Ring(*held, agent)], tokens, actor=actor, shares=False, now=now)[0]


def offer_all(pairs: Sequence[Pair], *, now: datetime) -> list[Offer]:
    """Make these offers, inside the caller's transaction and in this order.

    Left out are calls and agents that somebody else has changed, or is changing at this moment,
    and what there are no set-up tokens for.
    """
    calls = hold_calls({pair.entry_id for pair in pairs}, waits=False)
    wanted = [pair for pair in pairs if pair.entry_id in calls]
    tokens = budget.hold(Token.Budget.SETUP, count=len(wanted), now=now)
    made = _offer_together(wanted[: len(tokens)], calls, tokens, now=now)
    return _offer_apart(wanted, tokens, now=now) if made is None else made


def _offer_apart(wanted: Sequence[Pair], tokens: Sequence[Token], *, now: datetime) -> list[Offer]:
    """One that cannot be made must not keep the router from the others."""
    made: list[Offer] = []
    for pair, token in zip(wanted, tokens, strict=False):
        calls = hold_calls([pair.entry_id], waits=False)
        if calls:
            made += _offer_together([pair], calls, [token], now=now) or []
    return made


def _offer_together(
    pairs: Sequence[Pair], calls: Calls, tokens: Sequence[Token], *, now: datetime
) -> list[Offer] | None:
    """The offers of those pairs whose agent is there; None, and nothing is changed: impossible."""
    try:
        with transaction.atomic():
            held = agents.reserve_all(
                agent_ids=[pair.agent_id for pair in pairs],
                in_wrap_up=_who_had(pairs, calls),
                now=now,
            )
            there = [pair for pair in pairs if pair.agent_id in held]
            rings = [_Ring(*calls[pair.entry_id], held[pair.agent_id]) for pair in there]
            return _ring(rings, tokens[: len(rings)], actor="", shares=True, now=now)
    except IntegrityError:
        logger.warning("an offer could not be made", exc_info=True)
        return None


def _who_had(pairs: Sequence[Pair], calls: Calls) -> set[int]:
    """The agents of these pairs for whom alone a call waits that they had last."""
    held = {pair.agent_id: calls[pair.entry_id] for pair in pairs}
    return {
        agent_id
        for agent_id, one in held.items()
        if one.entry.agent_id == agent_id and reaching.had_last(agent_id, one.call)
    }


def cost(*, is_virtual: bool) -> int:
    """Set-up tokens that an offer needs: the customer of a callback is dialled right after it."""
    return min(2, settings.VONAGE_SETUPS_PER_SECOND) if is_virtual else 1


def _ring(
    rings: Sequence[_Ring], tokens: Sequence[Token], *, actor: str, shares: bool, now: datetime
) -> list[Offer]:
    """Write the offers and all that comes with them."""
    legs = Leg.objects.bulk_create(_legs(rings, now=now))
    offers = Offer.objects.bulk_create(
        Offer(
            call=ring.call,
            entry=ring.entry,
            ring_seconds=ring.entry.offer_seconds,
            wrap_up_seconds=ring.entry.wrap_up_seconds,
            agent=ring.agent,
            leg=leg,
            is_shared=shares and ring.strategy == Strategy.RING_ALL,
            offered_at=now,
        )
        for ring, leg in zip(rings, legs, strict=True)
    )
    dials = Instruction.objects.bulk_create(
        outbox.dial_agent(
            leg, ring_seconds=ring.entry.offer_seconds, from_number=ring.call.our_number, now=now
        )
        for ring, leg in zip(rings, legs, strict=True)
    )
    budget.give(tokens, dials, now=now)
    _tell(rings, offers, actor=actor, now=now)
    return offers


def _tell(rings: Sequence[_Ring], offers: Sequence[Offer], *, actor: str, now: datetime) -> None:
    """In the log of each call, whose turn it was, and to whoever listens."""
    pairs = list(zip(rings, offers, strict=True))
    told = [(ring.call, {"offer": offer.id, "agent": ring.agent.id}) for ring, offer in pairs]
    journal.record_each(told, "offered", at=now, actor=actor, state=CallState.OFFERED)
    turns: dict[int, list[int]] = {}
    for ring in rings:
        if ring.entry.queue_id is not None:
            turns.setdefault(ring.entry.queue_id, []).append(ring.agent.id)
    for queue_id, agents_rung in turns.items():
        TURN.update(queue=queue_id, agents=agents_rung, now=now)
    announce(agents=[ring.agent.id for ring in rings], queues=turns)


TURN = Prepared(
    lambda: QueueAssignment.objects.filter(queue=given("queue"), agent__in=given_list("agents")),
    last_offered_at=given("now"),
)
LEGS = Prepared(
    lambda: (
        Leg.objects.filter(call__in=given_list("calls"))
        .order_by("id")
        .values_list("call_id", "kind", "region_url")
    )
)


def _legs(rings: Sequence[_Ring], *, now: datetime) -> list[Leg]:
    """A leg for each, planned; in the region of the customer's."""
    counts: Counter[int] = Counter()
    regions: dict[int, str] = {}  # the newest customer leg's
    known = LEGS.rows(calls={ring.call.id for ring in rings}) if rings else []
    for call_id, kind, region_url in known:
        counts[call_id] += 1
        if kind == LegKind.CUSTOMER:
            regions[call_id] = region_url
    legs = []
    for ring in rings:
        legs.append(
            Leg(
                call=ring.call,
                kind=LegKind.AGENT,
                agent=ring.agent,
                key=leg_key(ring.call.key, counts[ring.call.id]),
                region_url=regions.get(ring.call.id, ""),
                planned_at=now,
                news_at=now,
            )
        )
        counts[ring.call.id] += 1
    return legs
