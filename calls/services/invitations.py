"""The rows of those who were asked into a call: how they end, and who talks on without a customer.

All of it runs inside a service that holds the call.
"""

from datetime import datetime

from calls.broadcast import announce
from calls.models import Call, Instruction, Invitation, Leg
from calls.services import parties
from calls.states import LegState

State, Kind = Invitation.State, Invitation.Kind
OPEN = [Instruction.State.WAITING, Instruction.State.CLAIMED]


def of_leg(leg: Leg) -> Invitation | None:
    """By which the party on this leg was asked in, whether it has ended or not."""
    return Invitation.objects.filter(leg=leg).select_related("leg", "agent__user").first()


def close(invitation: Invitation, result: str, *, now: datetime) -> bool:
    """They are not asked, or do not take part, any more. False when that was known already."""
    going_on = Invitation.objects.filter(id=invitation.id).exclude(state=State.ENDED)
    if not going_on.update(state=State.ENDED, result=result[:12], ended_at=now):
        return False
    invitation.state, invitation.result = State.ENDED, result[:12]
    return True


def who(invitation: Invitation) -> dict[str, object]:
    """Who was asked, as the call's log names them."""
    named: dict[str, object] = {"leg": invitation.leg_id}
    if invitation.agent_id:
        return named | {"agent": invitation.agent_id}
    return named | {"number": invitation.number}


def bound_for(leg: Leg) -> str:
    """The room that the leg is in, or will be in once all that is written has been done."""
    moves = leg.instructions.filter(verb=Instruction.Verb.TRANSFER, state__in=OPEN)
    last = moves.order_by("-id").values_list("body", flat=True).first()
    return str(last["room"]) if last else leg.room


def talks_on(call: Call) -> set[int]:
    """Ids of the legs of two agents who consult each other, apart from the customer.

    They keep talking when the customer goes. A number is let go, and so is who was put aside.
    """
    consult, main = parties.consultation(call), parties.main_leg(call)
    if consult is None or main is None or consult.agent_id is None:
        return set()
    is_talk = consult.state == State.JOINED and not consult.merged_at and not consult.result
    legs = (main, consult.leg)
    are_there = not any(leg.on_purpose or leg.state == LegState.ENDED for leg in legs)
    if not is_talk or not are_there or bound_for(consult.leg) != call.room_name():
        return set()
    return {leg.id for leg in legs}


def tell(call: Call, *also: int | None) -> None:
    """Everybody who takes part in the call looks at it anew."""
    agents = [leg.agent_id for leg in parties.talking(call)]
    announce(agents=[*agents, *also, call.agent_id], queues=[call.queue_id])
