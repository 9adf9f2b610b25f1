"""Who may ask for what of a consultation, and when."""

from calls.errors import CallGone, NotAllowed
from calls.models import Invitation, Leg
from calls.services import parties
from calls.services.asked import Asked


def main(asked: Asked) -> Leg:
    """The leg of the asker, if it is their call; else NotAllowed."""
    own = parties.own_leg(asked.call, asked.agent_id)
    if asked.call.agent_id != asked.agent_id:
        raise NotAllowed(f"This is {asked.call.agent}'s call; only they can do that.")
    return own


def consultation(asked: Asked) -> Invitation:
    """The consultation that goes on, or CallGone."""
    consult = parties.consultation(asked.call)
    if consult is None or consult.result:
        raise CallGone("There is no consultation any more.")
    return consult


def joined(asked: Asked) -> Invitation:
    """The consultation in which somebody has answered, or CallGone."""
    consult = consultation(asked)
    if consult.state != Invitation.State.JOINED:
        raise CallGone("They have not answered yet.")
    if consult.leg.on_purpose:
        raise CallGone("They are leaving the call.")
    return consult


def apart(asked: Asked) -> Invitation:
    """The same, in which the customer does not hear them yet."""
    consult = joined(asked)
    if consult.merged_at:
        raise CallGone("Everybody is together already.")
    return consult
