"""Somebody leaves a call in which others are: who goes on, and who is let go."""

from datetime import datetime, timedelta

from agents import services as agents
from calls.models import Call, Invitation, Leg, Offer
from calls.services import invitations, journal, offers, parties
from calls.services.inviting.removing import withdraw_all
from calls.services.inviting.rooms import join
from calls.states import CallState, LegKind, LegState

GOES_ON = {CallState.CONNECTED, CallState.HELD}
COMPLETED = "completed"  # the result of an invitation: the call is theirs now


def hand_over(
    offer: Offer, leg: Leg, *, call: Call, actor: str, reason: str = "", now: datetime
) -> None:
    """The call of this offer's agent is now that of the party on `leg`.

    The customer and they are brought together, if they are not. A number has no agent: beside it
    the call is that of another agent who is in it, if there is one.
    """
    heir = leg if leg.agent_id else next(iter(_others(call, offer.leg)), leg)
    invitation = invitations.of_leg(leg)
    kind: str = "left"
    data: dict[str, object] = {"agent": offer.agent_id, "to": leg.agent_id}
    if invitation and invitation.state == Invitation.State.JOINED:
        if invitation.kind == Invitation.Kind.CONSULT:
            kind, data = "completed", invitations.who(invitation) | {"from": offer.agent_id}
        if heir.id != leg.id:  # they take part, as before
            beside = {"kind": Invitation.Kind.CONFERENCE, "by": heir.agent_id}
            Invitation.objects.filter(id=invitation.id).update(**beside)
    if taken := invitations.of_leg(heir):
        invitations.close(taken, COMPLETED, now=now)
    journal.record(
        call, kind, at=now, actor=actor, reason=reason, data=data,
        agent_id=heir.agent_id, state=CallState.CONNECTED, held_at=None,
    )  # fmt: skip
    for one in (leg, parties.customer(call)):
        if one:
            join(call, one, now=now)
    Offer.objects.filter(leg=heir).update(wrap_up_seconds=offer.wrap_up_seconds)
    invitations.tell(call, offer.agent_id)


def leave(call: Call, leg: Leg, *, actor: str, now: datetime) -> bool:
    """The agent on this leg ends their part, and others go on with the call.

    False when no other agent has it: then its end is everybody's.
    """
    if call.state == CallState.ENDED:
        offers.drop(leg, now=now)
        return True
    others = _others(call, leg)
    if call.state not in GOES_ON or not others:
        return False
    if call.agent_id == leg.agent_id:
        hand_over(leg.offer, others[0], call=call, actor=actor, now=now)
    offers.drop(leg, now=now)
    return True


def _others(call: Call, leg: Leg) -> list[Leg]:
    """Agents who have the call besides, and stay: whoever is consulted first, then the longest."""
    there = [one for one in parties.staying(call) if one.id != leg.id]
    consult = parties.consultation(call)
    return sorted(there, key=lambda one: consult is None or one.id != consult.leg_id)


def agent_left(leg: Leg, offer: Offer, *, call: Call, is_lost: bool, now: datetime) -> bool:
    """The leg of an agent who had the call, or took part in it, has ended.

    False when nobody has the call any more: the customer must be looked after.
    """
    is_over = call.state == CallState.ENDED or bool(call.hung_up_by)
    _party_left(leg, "missed", call=call, is_over=is_over, now=now)
    if is_over:
        if call.state == CallState.ENDED:
            _let_go_of_the_last(call, now=now)
        return False
    others = _others(call, leg)
    is_theirs = call.agent_id == offer.agent_id
    if not others and (is_theirs or _is_left_alone(call)):
        withdraw_all(call, "cancelled", now=now)
        return False
    if is_theirs and call.state in GOES_ON:
        reason = "lost" if is_lost else ""
        hand_over(offer, others[0], call=call, actor=str(offer.agent), reason=reason, now=now)
    _free(offer, is_lost=is_lost, now=now)
    invitations.tell(call, offer.agent_id)
    return True


def _party_left(leg: Leg, ended: str, *, call: Call, is_over: bool, now: datetime) -> None:
    """Somebody who was asked in has gone; of whoever let them go, it is known already.

    `ended`: why they were not reached, if they had not answered.
    """
    invitation = invitations.of_leg(leg)
    if invitation is None or invitation.state == Invitation.State.ENDED:
        return
    meant = invitation.result
    was_ringing = invitation.state == Invitation.State.RINGING
    invitations.close(invitation, meant or (ended if was_ringing else "left"), now=now)
    if meant or is_over:
        return
    is_consult = invitation.kind == Invitation.Kind.CONSULT
    is_apart = is_consult and invitation.merged_at is None
    data = invitations.who(invitation)
    if was_ringing:
        kind = "consult_failed" if is_consult else "add_failed"
        journal.record(call, kind, at=now, reason=ended, data=data)
    else:
        kind = "consult_left" if is_apart else "left"
        journal.record(call, kind, at=now, actor=str(invitation.agent or ""), data=data)
    invitations.tell(call, invitation.by_id)


def _let_go_of_the_last(call: Call, *, now: datetime) -> None:
    """Two agents talked on without the customer, and one of them has gone."""
    for one in parties.staying(call):
        offers.drop(one, now=now)


def _is_left_alone(call: Call) -> bool:
    """The customer is in the talk with nobody: no agent, and no number that has the call."""
    numbers = call.legs.filter(kind=LegKind.NUMBER).exclude(state=LegState.ENDED).exclude(room="")
    has_number = call.agent_id is None and numbers.exists()
    return call.state in GOES_ON and not has_number


def _free(offer: Offer, *, is_lost: bool, now: datetime) -> None:
    if is_lost:
        agents.lose(agent_id=offer.agent_id, now=now)
        return
    wrap_up = Offer.objects.values_list("wrap_up_seconds", flat=True).get(id=offer.id)
    until = now + timedelta(seconds=wrap_up)
    agents.wrap_up(agent_id=offer.agent_id, until=until, now=now)


def number_ended(leg: Leg, *, call: Call, ended: str, now: datetime) -> bool:
    """A number has gone, or does not come (`ended`: Vonage's word for why).

    False when it was not asked in, or has the call.
    """
    invitation = invitations.of_leg(leg)
    if invitation is None or invitation.result == COMPLETED:
        return False
    is_over = call.state == CallState.ENDED or bool(call.hung_up_by)
    _party_left(leg, ended, call=call, is_over=is_over, now=now)
    return True
