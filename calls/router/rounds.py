"""One round of the router: a function of the tables and the time."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from agents import services as agents
from calls import broadcast, routing, selectors
from calls.errors import NotOffered
from calls.models import Token
from calls.services import budget, flows, healing, offers, sending
from calls.states import FailCause

logger = logging.getLogger(__name__)


def expire(*, now: datetime, spares_consoles: bool = False) -> None:
    """Everything whose time has come: wrap-ups, silent offers, endless waits, dead claims.

    `spares_consoles`: none is called gone yet, for they could not be heard.
    """
    # Before the consoles that have gone take their agents offline: an offer holds its agent.
    unattended = [] if spares_consoles else selectors.unattended_offers(now=now)
    for offer_id in unattended:
        _guarded(partial(offers.expire, offer_id=offer_id, cause=FailCause.UNREACHABLE, now=now))
    freed = agents.end_wrap_ups(now=now)
    if not spares_consoles:
        freed += agents.release_lapsed(now=now)
    if freed:
        broadcast.announce(agents=freed)
    for offer_id in selectors.overdue_offers(now=now):
        _guarded(partial(offers.expire, offer_id=offer_id, cause=FailCause.PLATFORM, now=now))
    for entry_id in selectors.overdue_entries(now=now):
        _guarded(partial(flows.give_up, entry_id=entry_id, now=now))
    sending.recover(now=now)


def _guarded(service: Callable[[], None]) -> None:
    """One call that cannot be helped must not keep the router from the others."""
    try:
        service()
    except Exception:
        logger.exception("a deadline could not be kept")


def pair(*, now: datetime) -> int:
    """Offer waiting calls to idle agents, as many as there are set-up tokens. Returns how many.

    No offer without a dial: what cannot be dialled this second is not offered either.
    """
    room = budget.free(Token.Budget.SETUP, now=now)
    waiting = selectors.waiting_calls(now=now) if room else []
    if not waiting:
        return 0
    known = selectors.candidates(now=now)
    calls = {call.entry_id: call for call in waiting}
    made = 0
    for one in routing.assign(waiting, selectors.idle(known))[:room]:
        try:
            offer = offers.offer_call(entry_id=one.entry_id, agent_id=one.agent_id, now=now)
        except NotOffered as refusal:
            logger.info("not offered: %s", refusal)
            continue
        made += 1
        why = routing.explain(calls[one.entry_id], one.agent_id, known)
        offers.explain(offer_id=offer.id, explanation=why)
        known = [
            replace(other, excluded="offered") if other.agent_id == one.agent_id else other
            for other in known
        ]
    return made


def heal(*, now: datetime, started_at: datetime) -> None:
    healing.end_leftovers(now=now)
    healing.look_again(now=now, started_at=started_at)
