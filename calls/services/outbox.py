"""Writing instructions to Vonage, in the transaction of the change that needs them."""

from datetime import datetime
from typing import Any

from django.conf import settings

from calls.models import Call, Instruction, Leg, Token
from calls.services import budget
from calls.states import LegState
from ivr.ncco import Ncco

LIVE, SETUP, CHECK = 1, 2, 5  # priorities between calls; 3 and 4 are media and announcements
Verb, State = Instruction.Verb, Instruction.State


def url(path: str) -> str:
    """An address of ours, as Vonage reaches it."""
    return f"{settings.PUBLIC_URL}{path}"


def music() -> str:
    return url("/static/audio/hold.mp3")


def dial_agent(leg: Leg, *, ring_seconds: int, from_number: str, now: datetime) -> bool:
    """Have the agent's leg dialled. False when no set-up token is left."""
    body: dict[str, Any] = {
        "to": [{"type": "app", "user": leg.agent.vonage_user if leg.agent else ""}],
        "from": {"type": "phone", "number": from_number},
        "answer_url": [url(f"/webhooks/answer/{leg.key}")],
        "answer_method": "POST",
        "event_url": [url(f"/webhooks/event/{leg.key}")],
        "ringing_timer": ring_seconds,
    }
    instruction = _write(leg, Verb.DIAL, SETUP, now=now, body=body)
    return budget.take(Token.Budget.SETUP, instruction=instruction, now=now)


def transfer(leg: Leg, ncco: Ncco, *, room: str, now: datetime) -> None:
    """Move the leg to a new NCCO and so to `room`. A newer move supersedes an unsent one."""
    _waiting(leg, Verb.TRANSFER).update(state=State.CANCELLED, settled_at=now)
    _write(leg, Verb.TRANSFER, LIVE, now=now, body={"ncco": ncco, "room": room})


def hang_up(leg: Leg, *, now: datetime, though_ended: bool = False) -> bool:
    """Have the leg ended. True when it was never dialled, so that it is ended already.

    `though_ended`: our row says that it has ended, and Vonage speaks of it all the same.
    """
    leg.on_purpose = True
    leg.save(update_fields=["on_purpose"])
    if dial := _waiting(leg, Verb.DIAL).select_for_update().first():
        budget.unused(dial, now=now)
        _waiting(leg, Verb.DIAL).update(state=State.CANCELLED, settled_at=now)
        return True
    if (though_ended or leg.state != LegState.ENDED) and not _open(leg, Verb.HANG_UP).exists():
        _waiting(leg, Verb.TRANSFER).update(state=State.CANCELLED, settled_at=now)
        _write(leg, Verb.HANG_UP, LIVE, now=now)
    return False


def check(leg: Leg, *, now: datetime) -> None:
    """Ask Vonage what has become of the leg, unless that is asked already."""
    if leg.uuid and not _open(leg, Verb.CHECK).exists():
        _write(leg, Verb.CHECK, CHECK, now=now)


def withdraw(call: Call, *, now: datetime) -> None:
    """Nothing more is to be asked about legs that have ended."""
    ended = list(call.legs.filter(state=LegState.ENDED).exclude(ended_as="unknown"))
    gone = Instruction.objects.filter(leg__in=ended, state=State.WAITING).exclude(verb=Verb.DIAL)
    gone.update(state=State.CANCELLED, settled_at=now)


def _write(
    leg: Leg,
    verb: Instruction.Verb,
    priority: int,
    *,
    now: datetime,
    body: dict[str, Any] | None = None,
) -> Instruction:
    return Instruction.objects.create(
        call_id=leg.call_id,
        leg=leg,
        verb=verb,
        priority=priority,
        body=body or {},
        written_at=now,
        due_at=now,
    )


def _waiting(leg: Leg, verb: Instruction.Verb) -> Any:
    return Instruction.objects.filter(leg=leg, verb=verb, state=State.WAITING)


def _open(leg: Leg, verb: Instruction.Verb) -> Any:
    return Instruction.objects.filter(leg=leg, verb=verb, state__in=[State.WAITING, State.CLAIMED])
