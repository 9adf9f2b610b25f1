"""Putting right what is not as it should be, a little at a time; what was healed is kept.

Most of it needs Vonage: legs of which we heard nothing are asked about. The rest should never
happen, and would hold an agent or a caller for ever if it did.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from agents import services as agents
from agents.models import Agent, AgentState
from agents.states import State
from calls.broadcast import announce
from calls.models import Call, Healing, InvariantCheck, Invitation, Leg, Offer
from calls.services import ends, healed, invitations, journal, offers, outbox
from calls.states import CallState, HungUpBy, LegKind, LegState, OfferState

OVERDUE = timedelta(seconds=60)  # a leg that should have ended, and of which we hear nothing
ROUTINE = timedelta(minutes=5)  # any other live leg
LEFTOVER = timedelta(seconds=10)  # after the end of its call, a leg is hung up once more
STUCK = timedelta(seconds=5)  # an agent whom nothing holds any more
ORPHANED = timedelta(seconds=60)  # a call in which nobody is
AT_ONCE = 20  # legs looked at in one round
CHECK_EVERY = timedelta(seconds=10)
KEPT = timedelta(days=90)


@transaction.atomic(durable=True)
def look_again(*, now: datetime, started_at: datetime) -> int:
    """Write a check for every live leg that is due: overdue, routine, or not seen since our start.

    `started_at` is when this router began: what happened while nobody ran is found out first.
    Returns how many checks were written.
    """
    live = Leg.objects.exclude(state=LegState.ENDED).exclude(uuid=None)
    quiet_since_start = Q(news_at__lt=started_at) & (
        Q(checked_at=None) | Q(checked_at__lt=started_at)
    )
    overdue = Q(news_at__lt=now - OVERDUE) & (Q(on_purpose=True) | Q(call__state=CallState.ENDED))
    due = live.filter(quiet_since_start | overdue | Q(news_at__lt=now - ROUTINE))
    legs = list(due.select_related("call").order_by("news_at")[:AT_ONCE])
    for leg in legs:
        outbox.check(leg, now=now)
    return len(legs)


def end_leftovers(*, now: datetime) -> int:
    """Legs that live on though their call has ended: hang them up (again). Returns how many."""
    left = Leg.objects.filter(
        call__state=CallState.ENDED, call__ended_at__lt=now - LEFTOVER, news_at__lt=now - LEFTOVER
    ).exclude(Q(state=LegState.ENDED) | Q(kind=LegKind.CUSTOMER) | Q(uuid=None))
    # Two agents may talk on without the customer.
    left = left.exclude(call__invitations__state=Invitation.State.JOINED)
    ids = list(left.filter(checked_at=None).values_list("id", flat=True)[:AT_ONCE])
    for leg_id in ids:
        _end_leftover(leg_id, now=now)
    return len(ids)


@transaction.atomic(durable=True)
def _end_leftover(leg_id: int, *, now: datetime) -> None:
    call = journal.locked(legs=leg_id)  # the call first, as everybody does
    leg = Leg.objects.filter(id=leg_id, checked_at=None).exclude(state=LegState.ENDED).first()
    if call and leg:
        outbox.hang_up(leg, now=now)
        Leg.objects.filter(id=leg_id).update(checked_at=now)
        words = f"The {leg.kind} leg lived on after its call had ended: hung up again."
        healed.note("leftover_leg", words, call=call, agent_id=leg.agent_id, now=now)


def free_stuck_agents(*, now: datetime) -> list[int]:
    """Agents who are held by nothing that exists any more. Returns their ids."""
    ids = [agent_id for agent_id in _stuck(now=now) if _free(agent_id, now=now)]
    if ids:
        announce(agents=ids)
    return ids


def _stuck(*, now: datetime) -> Iterable[int]:
    held = AgentState.objects.filter(ended_at=None, started_at__lt=now - STUCK)
    rung = Offer.objects.filter(agent=OuterRef("agent"), state=OfferState.PENDING)
    kinds = [LegKind.AGENT, LegKind.SUPERVISOR]
    talks = Leg.objects.filter(agent=OuterRef("agent"), kind__in=kinds)
    live = talks.exclude(state=LegState.ENDED)
    nothing = Q(state=State.OFFERED) & ~Exists(rung) | Q(state=State.BUSY) & ~Exists(live)
    endless = Q(state=State.WRAP_UP, agent__wrap_up_until=None)
    return held.filter(nothing | endless).values_list("agent", flat=True)


@transaction.atomic(durable=True)
def _free(agent_id: int, *, now: datetime) -> bool:
    agent = Agent.objects.select_for_update().get(id=agent_id)
    if agent_id not in set(_stuck(now=now)):
        return False  # it has come right in between
    was = agents.open_state(agent, now=now).state.replace("_", " ")
    agents.wrap_up(agent_id=agent_id, until=now, now=now)
    words = f"{agent} was {was}, held by nothing: freed."
    healed.note("stuck_agent", words, agent_id=agent_id, now=now)
    return True


def end_orphans(*, now: datetime) -> int:
    """Calls that are live although every leg of theirs has ended. Returns how many were ended."""
    live = Leg.objects.filter(call=OuterRef("id")).exclude(state=LegState.ENDED)
    heard = Leg.objects.filter(call=OuterRef("id"), news_at__gt=now - ORPHANED)
    known = Exists(Leg.objects.filter(call=OuterRef("id")))
    orphans = Call.objects.exclude(state__in=[CallState.ENDED, CallState.AWAITING_CALLBACK])
    found = orphans.filter(known, ~Exists(live), ~Exists(heard), started_at__lt=now - ORPHANED)
    ids = list(found.values_list("id", flat=True)[:AT_ONCE])
    return sum(_end_orphan(call_id, now=now) for call_id in ids)


@transaction.atomic(durable=True)
def _end_orphan(call_id: int, *, now: datetime) -> bool:
    call = journal.locked(id=call_id)
    if call is None or call.state == CallState.ENDED:
        return False
    if call.legs.exclude(state=LegState.ENDED).exists():
        return False
    was = call.state.replace("_", " ")
    ends.end_call(call, ended_at=now, hung_up_by=HungUpBy.PLATFORM, now=now)
    words = f"Nobody was in it any more while {was}: ended."
    healed.note("orphaned_call", words, call=call, now=now)
    return True


def withdraw_stray_offers(*, now: datetime) -> int:
    """Offers that ring for a call which is not offered any more, or is over. Returns how many."""
    stray = _stray(now=now).values_list("id", flat=True)
    return sum(_withdraw(offer_id, now=now) for offer_id in stray)


def _stray(*, now: datetime) -> QuerySet[Offer]:
    kind = Offer.Kind
    waits = Q(kind=kind.WAIT) & ~Q(call__state=CallState.OFFERED)
    asked = Q(kind__in=[kind.CONSULT, kind.CONFERENCE])
    asked &= ~Q(call__state__in=[CallState.CONNECTED, CallState.HELD])
    is_over = Q(call__state=CallState.ENDED)
    rings = Offer.objects.filter(state=OfferState.PENDING, offered_at__lt=now - STUCK)
    return rings.filter(waits | asked | is_over)


@transaction.atomic(durable=True)
def _withdraw(offer_id: int, *, now: datetime) -> bool:
    call = journal.locked(offers=offer_id)
    offer = _stray(now=now).filter(id=offer_id)
    found = offer.select_related("entry", "agent", "leg").first()
    if call is None or found is None:
        return False
    offers.settle(found, OfferState.RESCINDED, call=call, now=now)
    offers.drop(found.leg, now=now)
    words = f"{found.agent} was rung for a call that was not offered any more: withdrawn."
    healed.note("stray_offer", words, call=call, agent_id=found.agent_id, now=now)
    return True


def end_invitations(*, now: datetime) -> int:
    """Somebody asked into a call, whose leg ended without our noticing. Returns how many."""
    ended = Q(leg__state=LegState.ENDED, leg__ended_at__lt=now - STUCK)
    dead = Invitation.objects.exclude(state=Invitation.State.ENDED).filter(ended)
    return sum(_end_invitation(one, now=now) for one in dead.values_list("id", flat=True))


@transaction.atomic(durable=True)
def _end_invitation(invitation_id: int, *, now: datetime) -> bool:
    call = journal.locked(invitations=invitation_id)
    found = Invitation.objects.filter(id=invitation_id).select_related("agent__user").first()
    if call is None or found is None or not invitations.close(found, "failed", now=now):
        return False
    words = f"{found.agent or 'A number'} was asked into the call, and had gone: ended."
    healed.note("lost_party", words, call=call, agent_id=found.agent_id, now=now)
    invitations.tell(call, found.by_id)
    return True


def is_check_due(*, now: datetime) -> bool:
    """Whether no router has looked at the invariants for a while."""
    last = InvariantCheck.objects.order_by("checked_at").values_list("checked_at", flat=True)
    oldest = last.first()
    return oldest is None or oldest <= now - CHECK_EVERY


@transaction.atomic(durable=True)
def keep_check(found: dict[str, list[dict[str, object]]], *, now: datetime) -> None:
    """Write down what a look at the invariants found: up to ten examples for each."""
    for name, violations in found.items():
        row = InvariantCheck.objects.filter(name=name).first()
        since = (row and row.broken_since) or now
        InvariantCheck.objects.update_or_create(
            name=name,
            defaults={
                "checked_at": now,
                "violations": len(violations),
                "examples": violations[:10],
                "broken_since": since if violations else None,
            },
        )
    InvariantCheck.objects.exclude(name__in=found).delete()
    Healing.objects.filter(at__lt=now - KEPT).delete()
