"""The customer is put on hold, and brought back."""

from datetime import datetime

from calls.errors import CallGone, NotAllowed
from calls.models import Call, Leg
from calls.services import journal, outbox, parties, waiting
from calls.services.asked import Act, Asked
from calls.states import CallState
from ivr import ncco

CONSULTING = "Swap, merge, complete or cancel the consultation first."


def _hold(asked: Asked) -> bool:
    call = asked.call
    if call.state == CallState.HELD:
        raise CallGone("The customer is on hold already.")
    customer = _customer(call)
    journal.record(
        call,
        "held",
        at=asked.now,
        actor=asked.actor,
        data={"agent": asked.agent_id},
        state=CallState.HELD,
        held_at=asked.now,
    )
    reply, room = waiting.on_hold(call), call.hold_room
    outbox.transfer(customer, reply, room=room, now=asked.now, command=asked.command)
    return False


def _resume(asked: Asked) -> bool:
    call = asked.call
    if call.state == CallState.CONNECTED:
        raise CallGone("The customer is not on hold.")
    customer = _customer(call)
    journal.record(
        call,
        "resumed",
        at=asked.now,
        actor=asked.actor,
        data={"agent": asked.agent_id},
        state=CallState.CONNECTED,
        held_at=None,
    )
    room = call.room_name()
    outbox.transfer(customer, [ncco.join(room)], room=room, now=asked.now, command=asked.command)
    return False


def _customer(call: Call) -> Leg:
    """The leg to be moved, of a call in which that can be done now."""
    customer = parties.customer_in_talk(call)
    consultation = parties.consultation(call)
    if consultation and consultation.merged_at is None:
        raise NotAllowed(CONSULTING)
    return customer


def _not_held(asked: Asked) -> None:
    as_it_stands(asked, "hold_failed")


def _not_resumed(asked: Asked) -> None:
    as_it_stands(asked, "resume_failed")


def as_it_stands(asked: Asked, event: str) -> None:
    """Vonage will not move the customer: they are on hold if they hear music, else in the talk.

    Nothing is said while they are about to be moved once more. `event`: what the log calls it.
    """
    call, customer = asked.call, parties.customer(asked.call)
    if call.state not in {CallState.CONNECTED, CallState.HELD} or customer is None:
        return
    is_held = customer.room == call.hold_room
    if outbox.is_to_move(customer) or is_held == (call.state == CallState.HELD):
        return
    journal.record(
        call, event, at=asked.now, actor=asked.actor, data={"agent": asked.agent_id},
        state=CallState.HELD if is_held else CallState.CONNECTED,
        held_at=(held_since(call) or asked.now) if is_held else None,
    )  # fmt: skip


def held_since(call: Call) -> datetime | None:
    """Since when the customer is on hold, or was when they were last brought back."""
    events = call.events.filter(changes__has_key="held_at").order_by("-version")
    since = (changes["held_at"] for changes in events.values_list("changes", flat=True))
    return next((datetime.fromisoformat(one) for one in since if one), None)


HOLD = Act(_hold, refused=_not_held)
RESUME = Act(_resume, refused=_not_resumed)
