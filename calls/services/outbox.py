"""Writing instructions to Vonage, in the transaction of the change that needs them."""

from datetime import datetime
from typing import Any

from django.conf import settings

from calls.models import Call, Command, Instruction, Leg
from calls.services import budget
from calls.states import LegState
from ivr.ncco import Ncco

LIVE, SETUP, MEDIA, ANNOUNCEMENT, CHECK = 1, 2, 3, 4, 5  # priorities between calls
Verb, State = Instruction.Verb, Instruction.State


def url(path: str) -> str:
    """An address of ours, as Vonage reaches it."""
    return f"{settings.PUBLIC_URL}{path}"


def music() -> str:
    return url("/static/audio/hold.mp3")


def ringback() -> str:
    return url("/static/audio/ringback.mp3")


def dial_agent(leg: Leg, *, ring_seconds: int, from_number: str, now: datetime) -> Instruction:
    """The dial of an agent's leg, for the offer to write together with its set-up token."""
    user = leg.agent.vonage_user if leg.agent else ""
    body = _dial(leg, {"type": "app", "user": user}, from_number, ring_seconds)
    return _instruction(leg, Verb.DIAL, SETUP, now=now, body=body)


def dial_number(
    leg: Leg,
    *,
    to: str,
    from_number: str,
    ring_seconds: int,
    detects_machine: bool = False,
    now: datetime,
) -> None:
    """Have a telephone dialled; it waits for a set-up token until the sender finds one.

    `detects_machine`: Vonage listens for an answering machine, and says so by an event.
    """
    body = _dial(leg, {"type": "phone", "number": to}, from_number, ring_seconds)
    if detects_machine:
        body["advanced_machine_detection"] = {"behavior": "continue", "mode": "detect"}
    _write(leg, Verb.DIAL, SETUP, now=now, body=body)


def _dial(leg: Leg, to: dict[str, str], from_number: str, ring_seconds: int) -> dict[str, Any]:
    return {
        "to": [to],
        "from": {"type": "phone", "number": from_number},
        "answer_url": [url(f"/webhooks/answer/{leg.key}")],
        "answer_method": "POST",
        "event_url": [url(f"/webhooks/event/{leg.key}")],
        "ringing_timer": ring_seconds,
    }


def transfer(
    leg: Leg, ncco: Ncco, *, room: str, now: datetime, command: Command | None = None
) -> None:
    """Move the leg to a new NCCO and so to `room`. A newer move supersedes an unsent one.

    `command`: what this carries out; it goes on, or fails, with what becomes of the move.
    """
    unsent = _waiting(leg, Verb.TRANSFER)
    overtaken = Command.objects.filter(instructions__in=unsent, state=Command.State.PENDING)
    overtaken.update(state=Command.State.DONE, settled_at=now)
    unsent.update(state=State.CANCELLED, settled_at=now)
    body = {"ncco": ncco, "room": room}
    _write(leg, Verb.TRANSFER, LIVE, now=now, body=body, command=command)


def is_to_move(leg: Leg) -> bool:
    """Whether a move of the leg is written and not settled."""
    return bool(_open(leg, Verb.TRANSFER).exists())


def hang_up(
    leg: Leg, *, now: datetime, though_ended: bool = False, command: Command | None = None
) -> bool:
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
        _write(leg, Verb.HANG_UP, LIVE, now=now, command=command)
    return False


def talk(leg: Leg, text: str, *, language: str = "en-GB", now: datetime) -> None:
    """Say this into the leg's ear, over its music. A newer one supersedes an unsent one."""
    _waiting(leg, Verb.TALK).update(state=State.CANCELLED, settled_at=now)
    body = {"text": text, "language": language}
    _write(leg, Verb.TALK, ANNOUNCEMENT, now=now, body=body)


def fetch(leg: Leg, *, url: str, voicemail_id: int, now: datetime) -> None:
    """Fetch the sound of a message that was recorded on this leg."""
    _write(leg, Verb.FETCH, MEDIA, now=now, body={"url": url, "voicemail": voicemail_id})


def check(leg: Leg, *, now: datetime) -> None:
    """Ask Vonage what has become of the leg, unless that is asked already."""
    if leg.uuid and not _open(leg, Verb.CHECK).exists():
        _write(leg, Verb.CHECK, CHECK, now=now)


def withdraw(call: Call, *, now: datetime) -> None:
    """Nothing more is to be asked about legs that have ended."""
    ended = list(call.legs.filter(state=LegState.ENDED).exclude(ended_as="unknown"))
    gone = Instruction.objects.filter(leg__in=ended, state=State.WAITING)
    gone = gone.exclude(verb__in=[Verb.DIAL, Verb.FETCH])
    gone.update(state=State.CANCELLED, settled_at=now)


def _write(
    leg: Leg,
    verb: Instruction.Verb,
    priority: int,
    *,
    now: datetime,
    body: dict[str, Any] | None = None,
    command: Command | None = None,
) -> None:
    instruction = _instruction(leg, verb, priority, now=now, body=body)
    instruction.command = command
    instruction.save()


def _instruction(
    leg: Leg,
    verb: Instruction.Verb,
    priority: int,
    *,
    now: datetime,
    body: dict[str, Any] | None = None,
) -> Instruction:
    return Instruction(
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
