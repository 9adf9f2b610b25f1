"""One round of the router: a function of the tables and the time."""

from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Protocol

from agents import services as agents
from calls import broadcast, selectors
from calls.router import pairing
from calls.selectors import Due
from calls.services import (
    announcing,
    budget,
    callbacks,
    choices,
    commands,
    due,
    flows,
    healing,
    inviting,
    offers,
    outbound,
    overflow,
    sending,
    supervising,
    voicemails,
)
from calls.states import FailCause


class Keep(Protocol):
    """Does what is due at a time."""

    def __call__(self, *, now: datetime) -> None: ...


def _fail_unattended_offers(*, now: datetime) -> None:
    for offer_id in selectors.unattended_offers(now=now):
        due.guarded(partial(offers.expire, offer_id=offer_id, cause=FailCause.UNREACHABLE, now=now))


def _fail_silent_offers(*, now: datetime) -> None:
    for offer_id in selectors.overdue_offers(now=now):
        due.guarded(partial(offers.expire, offer_id=offer_id, cause=FailCause.PLATFORM, now=now))


def _end_wrap_ups(*, now: datetime) -> None:
    if freed := agents.end_wrap_ups(now=now):
        broadcast.announce(agents=freed)


def _release_lapsed(*, now: datetime) -> None:
    if lost := agents.release_lapsed(now=now):
        broadcast.announce(agents=lost)


def _give_up_waits(*, now: datetime) -> None:
    for entry_id in selectors.overdue_entries(now=now):
        due.guarded(partial(flows.give_up, entry_id=entry_id, now=now))


def _apart(keep: Keep) -> Keep:
    """The same, but a fault in it is logged: it does not keep the others from their turn."""
    return lambda *, now: due.guarded(partial(keep, now=now))


# In this order. Each finds what is due by itself.
DEADLINES: tuple[tuple[Due, Keep], ...] = (
    # Before the consoles that have gone take their agents offline: an offer holds its agent.
    (Due.UNATTENDED_OFFERS, _fail_unattended_offers),
    (Due.WRAP_UPS, _end_wrap_ups),
    (Due.CONSOLES, _release_lapsed),
    (Due.OFFERS, _fail_silent_offers),
    (Due.WAITS, _give_up_waits),
    (Due.ANNOUNCEMENTS, _apart(announcing.announce_due)),
    (Due.CHOICES, _apart(choices.offer_due)),
    (Due.DIALLING, _apart(callbacks.give_up_due)),
    (Due.DIALLING, _apart(overflow.settle_overdue)),
    (Due.DIALLING, _apart(outbound.settle_overdue)),
    (Due.INVITATIONS, _apart(inviting.give_up_due)),
    (Due.MESSAGES, _apart(voicemails.settle_overdue)),
    (Due.COMMANDS, _apart(commands.retry)),
    (Due.COMMANDS, _apart(commands.give_up)),
    (Due.CLAIMS, _apart(sending.recover)),
    (Due.SUPERVISIONS, _apart(supervising.give_up_due)),
    (Due.NAMELESS, _apart(sending.forget_nameless)),
)
OF_CONSOLES = frozenset({Due.UNATTENDED_OFFERS, Due.CONSOLES})


def expire(*, now: datetime, spares_consoles: bool = False) -> None:
    """Everything whose time has come: wrap-ups, silent offers, endless waits, dead claims.

    `spares_consoles`: none is called gone yet, for they could not be heard.
    """
    spared: frozenset[Due] = OF_CONSOLES if spares_consoles else frozenset()
    there = selectors.due(now=now)
    for kind, keep in DEADLINES:
        if kind in there - spared:
            keep(now=now)
            there = selectors.due(now=now)  # one thing leads to another


def pair(*, now: datetime) -> int:
    """Offer waiting calls to idle agents, as many as there are set-up tokens. Returns how many.

    No offer without a dial: what cannot be dialled this second is not offered either.
    """
    # Looked at before anything is locked: idle routers must not queue up for SQLite's one writer.
    if not selectors.could_pair(now=now) or not budget.room_for_offers(now=now):
        return 0
    decision = pairing.decide(now=now)
    if decision.offers:
        offers.explain_all(pairing.explanations(decision))
    return len(decision.offers)


def heal(*, now: datetime, started_at: datetime) -> None:
    """Put right what is not as it should be; look at the invariants when nobody has for a while."""
    healing.end_leftovers(now=now)
    healing.withdraw_stray_offers(now=now)
    healing.end_invitations(now=now)
    healing.free_stuck_agents(now=now)
    healing.end_orphans(now=now)
    supervising.check_rights(now=now)
    healing.look_again(now=now, started_at=started_at)
    if healing.is_check_due(now=now):
        found = selectors.violations(now=now)
        rows = {name: [asdict(one) for one in broken] for name, broken in found.items()}
        healing.keep_check(rows, now=now)
