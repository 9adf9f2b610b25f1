"""Those who were asked into a call are let go."""

from datetime import datetime

from calls.errors import CallGone, NotAllowed
from calls.models import Call, Instruction, Invitation, Leg
from calls.services import invitations, journal, offers, outbox, parties
from calls.services.asked import Act, Asked
from calls.services.inviting import rights
from calls.services.inviting.rooms import join, put_back
from calls.states import CallState, LegState, OfferState

State = Invitation.State
Verb = Instruction.Verb
HALF_DONE = "They were let go, but the customer could not be brought back."


def withdraw(invitation: Invitation, result: str, *, call: Call, now: datetime) -> None:
    """They are not wanted any more, and are let go at once."""
    if not invitations.close(invitation, result, now=now):
        return
    offer = offers.pending_of(invitation.leg)
    if offer:
        offers.settle(offer, OfferState.RESCINDED, call=call, now=now)
    if invitation.leg.state != LegState.ENDED:
        offers.drop(invitation.leg, now=now)
    invitations.tell(call, invitation.agent_id)


def withdraw_all(call: Call, result: str, *, now: datetime) -> None:
    for invitation in parties.invited(call):
        withdraw(invitation, result, call=call, now=now)


def _cancel(asked: Asked) -> bool:
    """Whoever was consulted is let go, and then the customer is brought back."""
    call, now = asked.call, asked.now
    rights.main(asked)
    customer = parties.customer_in_talk(call)
    consult = rights.consultation(asked)
    hangs_up = _let_go(consult, "cancelled", asked)
    moves = join(call, customer, now=now, command=asked.command)
    data = invitations.who(consult)
    journal.record(
        call, "consult_cancelled", at=now, actor=asked.actor, data=data,
        state=CallState.CONNECTED, held_at=None,
    )  # fmt: skip
    return not (hangs_up or moves)


def _let_go(invitation: Invitation, result: str, asked: Asked) -> bool:
    """Have them hung up. True when Vonage must do that first: they talk with somebody.

    Of whoever leaves already, Vonage has been asked.
    """
    if invitation.state == State.RINGING:
        withdraw(invitation, result, call=asked.call, now=asked.now)
        return False
    Invitation.objects.filter(id=invitation.id).update(result=result)
    if invitation.leg.on_purpose:
        return False
    outbox.hang_up(invitation.leg, now=asked.now, command=asked.command)
    return True


def _gone(asked: Asked) -> None:
    for invitation in _leaving(asked):
        invitations.close(invitation, invitation.result, now=asked.now)


def _stay(asked: Asked) -> None:
    """They could not be hung up: they take part as before."""
    for invitation in _leaving(asked):
        Invitation.objects.filter(id=invitation.id).update(result="")
        Leg.objects.filter(id=invitation.leg_id).update(on_purpose=False)


def _leaving(asked: Asked) -> list[Invitation]:
    """Who is hung up for this command, and has not gone."""
    legs = set(asked.command.instructions.values_list("leg", flat=True))
    return [one for one in parties.invited(asked.call) if one.leg_id in legs and one.result]


def _not_cancelled(asked: Asked) -> str | None:
    """Whoever was hung up already has gone all the same."""
    hung_up = asked.command.instructions.filter(verb=Verb.HANG_UP, state=outbox.State.DONE)
    legs = set(hung_up.values_list("leg", flat=True))
    gone = [one for one in _leaving(asked) if one.leg_id in legs]
    for invitation in gone:
        invitations.close(invitation, invitation.result, now=asked.now)
    _stay(asked)
    put_back(asked, "resume_failed")
    return HALF_DONE if legs else None


def _remove(asked: Asked) -> bool:
    call = asked.call
    parties.own_leg(call, asked.agent_id)
    leg = call.legs.filter(id=asked.body["leg"]).exclude(state=LegState.ENDED).first()
    if leg is None:
        raise CallGone("They are not in this call any more.")
    if leg.agent_id is not None and leg.agent_id == asked.agent_id:
        raise NotAllowed("End the call to leave it yourself.")
    invitation = next((one for one in parties.invited(call) if one.leg_id == leg.id), None)
    if invitation is None:
        raise NotAllowed("Only those who were asked into the call can be removed.")
    if invitation.result or leg.on_purpose:
        raise CallGone("They are leaving the call already.")
    data = invitations.who(invitation)
    hangs_up = _let_go(invitation, "removed", asked)
    journal.record(call, "removed", at=asked.now, actor=asked.actor, data=data)
    return not hangs_up


CANCEL = Act(_cancel, arrived=_gone, refused=_not_cancelled)
REMOVE = Act(_remove, arrived=_gone, refused=_stay)
