"""Who takes part in a call that goes on. Reads, inside a service that holds the call."""

from calls.errors import CallGone, NoSuchCall, NotAllowed
from calls.models import Call, Invitation, Leg, Transfer
from calls.services import journal, waiting
from calls.states import CallState, LegKind, LegState, OfferState
from contactcenter.prepared import Prepared, given

COLLEAGUES = "This is only done in calls with a customer."
NOT_YET = "Nobody has answered yet."
HUNG_UP = "The customer has hung up."
TALKING = Prepared(
    lambda: (
        Leg.objects.filter(call=given("call"), kind=LegKind.AGENT, offer__state=OfferState.ACCEPTED)
        .exclude(state=LegState.ENDED)
        .select_related("agent__user", "offer")
    )
)
INVITED = Prepared(
    lambda: (
        Invitation.objects.filter(call=given("call"))
        .exclude(state=Invitation.State.ENDED)
        .select_related("leg", "agent__user")
    )
)
MOVING = Prepared(
    lambda: (
        Transfer.objects.filter(call=given("call"), state=Transfer.State.MOVING)
        .order_by()
        .values_list("id")[:1]
    )
)


def talking(call: Call) -> list[Leg]:
    """The live legs of agents who have the call, or take part in it; the longest first."""
    return journal.rows_of(call, TALKING, Leg)


def staying(call: Call) -> list[Leg]:
    """Those of them whom nobody has let go, and who have not pressed End."""
    return [leg for leg in talking(call) if not leg.on_purpose]


def own_leg(call: Call, agent_id: int | None) -> Leg:
    """The live leg by which this agent takes part in the call, or NoSuchCall."""
    own = next((leg for leg in talking(call) if leg.agent_id == agent_id), None)
    if own is None:
        raise NoSuchCall("There is no such call of yours.")
    return own


def main_leg(call: Call) -> Leg | None:
    """The leg of the agent whose call it is."""
    return next((leg for leg in talking(call) if leg.agent_id == call.agent_id), None)


def customer(call: Call) -> Leg | None:
    """The customer's live leg."""
    return waiting.customer_leg(call)


def customer_in_talk(call: Call) -> Leg:
    """The same, while agents talk to the customer or have them on hold; or Refused."""
    if call.direction == Call.Direction.INTERNAL:
        raise NotAllowed(COLLEAGUES)
    if call.state not in {CallState.CONNECTED, CallState.HELD}:
        raise NotAllowed(NOT_YET)
    leg = customer(call)
    if leg is None:
        raise CallGone(HUNG_UP)
    return leg


def consultation(call: Call) -> Invitation | None:
    """The consultation that goes on, whether it rings or they talk."""
    return next((one for one in invited(call) if one.kind == Invitation.Kind.CONSULT), None)


def invited(call: Call) -> list[Invitation]:
    """Everybody who was asked into the call and has not left."""
    return journal.rows_of(call, INVITED, Invitation)


def is_moving(call: Call) -> bool:
    """Whether its customer is on the way to whoever the call is transferred to."""
    return bool(MOVING.rows(call=call.id))
