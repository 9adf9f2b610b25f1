"""Moving a party between the room of the talk and the music, for a command or of itself."""

from datetime import datetime

from calls.models import Call, Command, Leg
from calls.services import invitations, journal, outbox, parties, waiting
from calls.services.asked import Asked
from calls.services.holding import held_since
from calls.states import CallState
from ivr import ncco


def join(call: Call, leg: Leg, *, now: datetime, command: Command | None = None) -> bool:
    """Have the leg moved to the talk. False when it is there."""
    room = call.room_name()
    if leg.room == room and not outbox.is_to_move(leg):
        return False
    outbox.transfer(leg, [ncco.join(room)], room=room, now=now, command=command)
    return True


def silence(
    call: Call, leg: Leg, room: str, *, now: datetime, command: Command | None = None
) -> None:
    """Have the leg moved to music: `room` is the call's hold room, or the one aside."""
    music = [ncco.wait(room, music_url=waiting.music(call))]
    outbox.transfer(leg, music, room=room, now=now, command=command)


def send_back(leg: Leg, *, call: Call, now: datetime) -> None:
    """Have somebody who was asked in moved to where our books say they are."""
    if leg.room == call.aside_room:
        silence(call, leg, leg.room, now=now)
    elif leg.room == call.room_name():
        outbox.transfer(leg, [ncco.join(leg.room)], room=leg.room, now=now)


def put_back(asked: Asked, event: str) -> None:
    """Vonage will not move somebody: no more is asked of it, and the call is as everybody stands.

    `event`: what the call's log calls it.
    """
    call, command, now = asked.call, asked.command, asked.now
    command.instructions.filter(state=outbox.State.WAITING).update(
        state=outbox.State.CANCELLED, settled_at=now
    )
    customer = parties.customer(call)
    if call.state not in {CallState.CONNECTED, CallState.HELD} or customer is None:
        return
    is_held = invitations.bound_for(customer) == call.hold_room
    state = CallState.HELD if is_held else CallState.CONNECTED
    held_at = (call.held_at or held_since(call) or now) if is_held else None
    data = {"agent": asked.agent_id}
    journal.record(call, event, at=now, actor=asked.actor, data=data, state=state, held_at=held_at)
