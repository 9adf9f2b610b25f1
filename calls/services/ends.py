"""The end of a call: who is hung up, and what became of it."""

from datetime import datetime, timedelta

from calls.broadcast import announce
from calls.models import Call, Leg, QueueEntry
from calls.services import journal, offers, outbox, waiting
from calls.states import CallOutcome, CallState, HungUpBy, LegKind, LegState


def end_call(call: Call, *, ended_at: datetime, hung_up_by: HungUpBy, now: datetime) -> None:
    """The customer has gone: close their wait, withdraw the offer, hang up everybody else."""
    if call.state == CallState.ENDED:
        return
    offers.rescind(call, now=now)
    entry = QueueEntry.objects.filter(call=call, left_at=None).first()
    outcome = _outcome(call, entry, ended_at)
    if entry:
        waiting.close(entry, QueueEntry.Outcome(outcome), at=ended_at)
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
    for leg in call.legs.exclude(state=LegState.ENDED).exclude(kind=LegKind.CUSTOMER):
        offers.drop(leg, now=now)
    outbox.withdraw(call, now=now)
    announce(agents=[call.agent_id])


def _outcome(call: Call, entry: QueueEntry | None, ended_at: datetime) -> CallOutcome:
    if entry:
        grace = entry.queue.short_abandon_seconds if entry.queue else 5
        is_short = ended_at - entry.enqueued_at < timedelta(seconds=grace)
        return CallOutcome.SHORT_ABANDONED if is_short else CallOutcome.ABANDONED
    if call.answered_at:
        return CallOutcome.ANSWERED
    if call.flow_version_id is None:
        return CallOutcome.FAILED
    overflowed = call.entries.filter(outcome=QueueEntry.Outcome.OVERFLOWED).exists()
    return CallOutcome.OVERFLOWED if overflowed else CallOutcome.ABANDONED_IN_FLOW


def ask_end(call: Call, *, by: HungUpBy, actor: str, now: datetime) -> None:
    """Somebody ends the call on purpose: the customer's leg first, then all others."""
    live = list(call.legs.exclude(state=LegState.ENDED))
    live.sort(key=lambda leg: leg.kind != LegKind.CUSTOMER)
    journal.record(call, "end_asked", at=now, actor=actor, hung_up_by=by)
    announce(agents=[call.agent_id])
    for leg in live:
        offers.drop(leg, now=now)


def hang_up_customer(call: Call, *, by: HungUpBy, actor: str, now: datetime) -> None:
    """The agent has left on purpose, so the call is over for the customer too."""
    if not call.hung_up_by:
        journal.record(call, "agent_left", at=now, actor=actor, hung_up_by=by)
    customer = Leg.objects.filter(call=call, kind=LegKind.CUSTOMER).first()
    if customer:
        offers.drop(customer, now=now)
