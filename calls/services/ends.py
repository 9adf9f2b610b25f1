"""The end of a call: who is hung up, and what became of it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from calls.models import Call, Leg, Offer, QueueEntry
from calls.services import (
    invitations,
    journal,
    offers,
    outbox,
    parties,
    supervising,
    survey,
    transferring,
    waiting,
)
from calls.states import CallOutcome, CallState, HungUpBy, LegKind, LegState, OfferState

INBOUND = Call.Direction.INBOUND


def end_call(
    call: Call,
    *,
    ended_at: datetime,
    hung_up_by: HungUpBy,
    told: Leg | None = None,
    now: datetime,
) -> None:
    """The customer has gone: close their wait, withdraw the offer, hang up everybody else.

    Two agents who are talking to each other just then are left to finish. `told`: a leg that is
    hearing why, and then ends by itself.
    """
    if call.state == CallState.ENDED:
        return
    talking = set() if call.hung_up_by else invitations.talks_on(call)
    _uninvite(call, but=talking, now=now)
    offers.rescind(call, now=now)
    entry = QueueEntry.objects.filter(call=call, left_at=None).first()
    outcome = _outcome(call, entry, ended_at)
    if entry:
        waiting.close(entry, QueueEntry.Outcome(outcome), at=ended_at)
    supervising.end_all(call, now=now)
    transferring.close(call, now=now)
    journal.record(
        call,
        "ended",
        at=now,
        reason=outcome,
        state=CallState.ENDED,
        outcome=outcome,
        ended_at=ended_at,
        hung_up_by=call.hung_up_by or hung_up_by,
    )
    staying = talking | ({told.id} if told else set())
    for leg in call.legs.exclude(state=LegState.ENDED).exclude(id__in=staying):
        offers.drop(leg, now=now)
    outbox.withdraw(call, now=now)
    invitations.tell(call)


def _uninvite(call: Call, *, but: Collection[int] = (), now: datetime) -> None:
    """Nobody is asked into the call any more, nor takes part: their legs are ended by the caller.

    `but`: legs of those who stay.
    """
    for invitation in parties.invited(call):
        if invitation.leg_id not in but:
            invitations.close(invitation, "call_ended", now=now)
    asked = Offer.objects.filter(call=call, state=OfferState.PENDING, entry=None)
    for offer in asked.select_related("leg", "agent__user", "call"):
        offers.settle(offer, OfferState.RESCINDED, call=call, now=now)


def _outcome(call: Call, entry: QueueEntry | None, ended_at: datetime) -> CallOutcome:
    if entry:
        return _outcome_of_wait(entry, ended_at)
    if call.answered_at:
        return CallOutcome.ANSWERED
    if call.state == CallState.VOICEMAIL:
        return CallOutcome.VOICEMAIL
    if call.entries.filter(outcome=QueueEntry.Outcome.CALLBACK).exists():
        return CallOutcome.CALLBACK
    return _outcome_of_own(call) if call.direction != INBOUND else _outcome_in_flow(call)


def _outcome_in_flow(call: Call) -> CallOutcome:
    """Of a call that nobody answered, and that waits nowhere."""
    if call.flow_version_id is None:
        return CallOutcome.FAILED
    # Also of those whom a queue did not let in: they never waited, so they have no entry.
    overflowed = call.entries.filter(outcome=QueueEntry.Outcome.OVERFLOWED).exists()
    sent_on = overflowed or call.events.filter(type="sent_on").exists()
    return CallOutcome.OVERFLOWED if sent_on else CallOutcome.ABANDONED_IN_FLOW


def _outcome_of_own(call: Call) -> CallOutcome:
    """Of a call that an agent made, and nobody answered; it failed if nobody was even called."""
    was_tried = call.events.filter(type="dialled").exists() or call.hung_up_by == HungUpBy.AGENT
    return CallOutcome.NOT_REACHED if was_tried else CallOutcome.FAILED


def _outcome_of_wait(entry: QueueEntry, ended_at: datetime) -> CallOutcome:
    """Of a call that ends while it still waits."""
    if entry.is_virtual:
        return CallOutcome.CALLBACK
    if not waiting.was_let_in(entry):
        return CallOutcome.OVERFLOWED
    grace = entry.queue.short_abandon_seconds if entry.queue else 5
    is_short = ended_at - entry.enqueued_at < timedelta(seconds=grace)
    return CallOutcome.SHORT_ABANDONED if is_short else CallOutcome.ABANDONED


def end_wait(call: Call, *, by: HungUpBy, actor: str, now: datetime) -> bool:
    """Somebody ends a call that waits or rings at agents: at once, and it is nobody's miss.

    False, and nothing is changed, when it does neither.
    """
    if call.state not in {CallState.QUEUED, CallState.OFFERED}:
        return False
    journal.record(call, "end_asked", at=now, actor=actor, hung_up_by=by)
    end_call(call, ended_at=now, hung_up_by=by, now=now)
    return True


def ask_end(call: Call, *, by: HungUpBy, actor: str, now: datetime) -> None:
    """Somebody ends the call on purpose: the customer's leg first, then all others.

    A customer who is asked how satisfied they are is left to answer.
    """
    live = list(call.legs.exclude(state=LegState.ENDED))
    live.sort(key=lambda leg: leg.kind != LegKind.CUSTOMER)
    journal.record(call, "end_asked", at=now, actor=actor, hung_up_by=by)
    if survey.begin(call, now=now):
        live = [leg for leg in live if leg.kind != LegKind.CUSTOMER]
    _uninvite(call, now=now)
    supervising.end_all(call, now=now)
    invitations.tell(call)
    for leg in live:
        offers.drop(leg, now=now)


def hang_up_customer(call: Call, *, by: HungUpBy, actor: str, now: datetime) -> None:
    """The agent has left on purpose, so the call is over for the customer too."""
    if not call.hung_up_by:
        journal.record(call, "agent_left", at=now, actor=actor, hung_up_by=by)
    customer = waiting.customer_leg(call)
    if survey.begin(call, now=now):
        supervising.end_all(call, now=now)
    elif customer:
        offers.drop(customer, now=now)
