"""Somebody who was asked into a call has picked up."""

from datetime import datetime
from typing import Any

from calls.models import Call, Invitation, Leg
from calls.services import invitations, journal, offers, waiting
from calls.services.inviting.leaving import COMPLETED, GOES_ON
from calls.states import CallState, LegState
from ivr import ncco
from ivr.ncco import Ncco

Kind, State = Invitation.Kind, Invitation.State
LANGUAGE = "en-GB"
TOO_LATE = "You are not needed any more. Thank you."
WORDS = {
    Kind.CONSULT: "{by} has a customer{queue} for you.",
    Kind.CONFERENCE: "{by} asks you into a call{queue}.",
}
ANSWERED = {
    Kind.CONSULT: "consult_answered",
    Kind.CONFERENCE: "add_answered",
}


def answers(leg: Leg, *, call: Call, now: datetime) -> Ncco | None:
    """The answer webhook of a party that was asked in; None: this leg was not."""
    invitation = invitations.of_leg(leg)
    if invitation is None:
        return None
    if invitation.state == State.RINGING and _may_join(leg, call):
        if _join(invitation, call=call, now=now):
            return [*_briefing(invitation, call), _entrance(call, invitation.leg.room)]
    elif invitation.state == State.JOINED or invitation.result == COMPLETED:
        is_over = leg.state == LegState.ENDED or call.state == CallState.ENDED
        if not is_over:
            return [_entrance(call, leg.room)]  # Vonage asks again
    return ncco.speak([TOO_LATE], language=LANGUAGE)


def _may_join(leg: Leg, call: Call) -> bool:
    is_over = call.state not in GOES_ON or call.hung_up_by
    return not is_over and leg.state != LegState.ENDED and not leg.on_purpose


def _join(invitation: Invitation, *, call: Call, now: datetime) -> bool:
    offer = offers.pending_of(invitation.leg) if invitation.agent_id else None
    if invitation.agent_id and not (offer and offers.join(offer, now=now)):
        return False
    Invitation.objects.filter(id=invitation.id).update(state=State.JOINED, joined_at=now)
    is_apart = invitation.kind == Kind.CONSULT and call.state != CallState.HELD
    # The customer is in the talk after all, and shall not hear who is consulted about them.
    invitation.leg.room = call.aside_room if is_apart else call.room_name()
    invitation.leg.save(update_fields=["room"])
    actor = str(invitation.agent or "")
    data = invitations.who(invitation)
    journal.record(call, ANSWERED[Kind(invitation.kind)], at=now, actor=actor, data=data)
    invitations.tell(call, invitation.agent_id)
    return True


def _entrance(call: Call, room: str) -> dict[str, Any]:
    if room == call.aside_room:
        return ncco.wait(room, music_url=waiting.music(call))
    return ncco.join(call.room_name())


def _briefing(invitation: Invitation, call: Call) -> Ncco:
    """Agents hear why they are rung; outsiders just talk."""
    if invitation.agent_id is None:
        return []
    queue = f" from {call.queue}" if call.queue else ""
    words = WORDS[Kind(invitation.kind)].format(by=invitation.by, queue=queue)
    return [ncco.talk(words, language=LANGUAGE)]
