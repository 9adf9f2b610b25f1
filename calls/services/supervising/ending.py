"""The end of a supervision: the supervisor leaves, is let go, never came, or the call is over."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from agents import services as agents
from calls.models import Call, Leg, Supervision
from calls.services import due, journal, offers, outbox
from calls.services.supervising import rows
from calls.services.supervising.rows import State
from calls.states import LegState
from ivr import ncco

RING_SECONDS = 15
SILENCE = timedelta(seconds=RING_SECONDS + 10)  # no news of a phone that was to ring
NOBODY = "The agent has left. The call waits for somebody else."
NOT_THEIRS = "The call has gone to an agent who is not of your teams."
NOT_REACHED = "Your phone could not be reached; open the console, and try again."
OVER = "The call is over."
RESULTS = {NOBODY: "call_waits", NOT_THEIRS: "not_theirs"}


def end_all(call: Call, *, now: datetime) -> None:
    """The call is over: so it is for everybody who listens."""
    for supervision in rows.live(call):
        close(supervision, "call_ended", call=call, now=now, error=OVER)
        hang_up(supervision.leg, now=now)


def let_go(supervision: Supervision, words: str, *, call: Call, now: datetime) -> None:
    """There is nobody for the supervisor to listen to: they are told why, and their leg ends.

    `words`: NOBODY or NOT_THEIRS.
    """
    was_there = supervision.state == State.JOINED
    close(supervision, RESULTS[words], call=call, now=now, error=words)
    leg = supervision.leg
    if was_there and leg.state != LegState.ENDED:
        Leg.objects.filter(id=leg.id).update(on_purpose=True)
        outbox.transfer(leg, ncco.speak([words], language="en-GB"), room="", now=now)
    else:
        hang_up(leg, now=now)


def close(
    supervision: Supervision, result: str, *, call: Call, now: datetime, error: str = ""
) -> None:
    """It has ended in our books; their leg may take a moment longer, and holds them until then."""
    rows.change(supervision, state=State.ENDED, ended_at=now, result=result)
    rows.settle(supervision, now=now, error=error)
    rows.log(supervision, "supervision_ended", call=call, now=now, reason=result)
    rows.tell(supervision, call)


def hang_up(leg: Leg, *, now: datetime) -> None:
    """End the supervisor's leg; one that never was leaves them free at once."""
    offers.drop(leg, now=now)
    leg.refresh_from_db()
    if leg.state == LegState.ENDED and leg.agent_id:
        agents.end_supervising(agent_id=leg.agent_id, now=now)


def ended(leg: Leg, *, call: Call, now: datetime) -> None:
    """The leg of a supervisor has ended."""
    supervision = rows.live(call).filter(leg=leg).first()
    if supervision and supervision.state == State.RINGING:
        close(supervision, "not_reached", call=call, now=now, error=NOT_REACHED)
    elif supervision:
        close(supervision, "left", call=call, now=now, error="You have left the call.")
    if leg.agent_id:
        agents.end_supervising(agent_id=leg.agent_id, now=now)


def give_up_due(*, now: datetime) -> None:
    """Phones that were to ring, and of which nothing was heard."""
    silent = Supervision.objects.filter(state=State.RINGING, began_at__lte=now - SILENCE)
    for leg_id in silent.values_list("leg", flat=True):
        due.guarded(partial(_give_up, leg_id=leg_id, now=now))


@transaction.atomic(durable=True)
def _give_up(*, leg_id: int, now: datetime) -> None:
    call = journal.locked(legs=leg_id)
    supervision = rows.live(call).filter(leg=leg_id).first() if call else None
    if call is None or supervision is None or supervision.state != State.RINGING:
        return
    close(supervision, "not_reached", call=call, now=now, error=NOT_REACHED)
    leg = supervision.leg
    offers.drop(leg, now=now)
    unknown = Leg.objects.filter(id=leg.id, uuid=None).exclude(state=LegState.ENDED)
    unknown.update(state=LegState.ENDED, ended_at=now, ended_as="unknown")
    leg.refresh_from_db()
    if leg.state == LegState.ENDED:
        agents.end_supervising(agent_id=supervision.agent_id, now=now)
