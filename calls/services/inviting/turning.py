"""The turns of a consultation: to the customer and back, all together, and handing over."""

from calls.models import Instruction, Invitation, Offer
from calls.services import invitations, journal, offers, parties
from calls.services.asked import Act, Asked
from calls.services.inviting import rights
from calls.services.inviting.leaving import hand_over
from calls.services.inviting.rooms import join, put_back, silence
from calls.states import CallState, LegState


def _swap(asked: Asked) -> bool:
    """Who is talked to hears music, then the other one is brought in: nobody hears them both."""
    call, now, command = asked.call, asked.now, asked.command
    rights.main(asked)
    customer = parties.customer_in_talk(call)
    consult = rights.apart(asked)
    data = invitations.who(consult)
    if call.state == CallState.HELD:
        silence(call, consult.leg, call.aside_room, now=now, command=command)
        join(call, customer, now=now, command=command)
        journal.record(
            call, "swapped", at=now, actor=asked.actor, reason="customer", data=data,
            state=CallState.CONNECTED, held_at=None,
        )  # fmt: skip
    else:
        silence(call, customer, call.hold_room, now=now, command=command)
        join(call, consult.leg, now=now, command=command)
        journal.record(
            call, "swapped", at=now, actor=asked.actor, reason="consultation", data=data,
            state=CallState.HELD, held_at=now,
        )  # fmt: skip
    return False


def _not_swapped(asked: Asked) -> None:
    """Whoever hears music for nothing comes back, for the agent would be alone."""
    verb, state = Instruction.Verb.TRANSFER, Instruction.State.DONE
    moved = asked.command.instructions.filter(verb=verb, state=state).select_related("leg")
    for one in moved:
        if one.leg.state != LegState.ENDED:
            join(asked.call, one.leg, now=asked.now)
    put_back(asked, "swap_failed")


def _merge(asked: Asked) -> bool:
    """Everybody hears everybody."""
    call, now = asked.call, asked.now
    own = rights.main(asked)
    customer = parties.customer_in_talk(call)
    consult = rights.apart(asked)
    moves = [join(call, leg, now=now, command=asked.command) for leg in (customer, consult.leg)]
    Invitation.objects.filter(id=consult.id).update(merged_at=now)
    _wraps_up(consult, own.offer.wrap_up_seconds)
    data = invitations.who(consult)
    journal.record(
        call, "merged", at=now, actor=asked.actor, data=data,
        state=CallState.CONNECTED, held_at=None,
    )  # fmt: skip
    return not any(moves)


def _not_merged(asked: Asked) -> None:
    consult = parties.consultation(asked.call)
    if consult:
        Invitation.objects.filter(id=consult.id).update(merged_at=None)
        _wraps_up(consult, 0)
    put_back(asked, "resume_failed")


def _wraps_up(consult: Invitation, seconds: int) -> None:
    """Who talks with the customer has work to do after it."""
    Offer.objects.filter(leg=consult.leg_id).update(wrap_up_seconds=seconds)


def _complete(asked: Asked) -> bool:
    """The customer and whoever was consulted are together before the agent goes."""
    call, now = asked.call, asked.now
    rights.main(asked)
    customer = parties.customer_in_talk(call)
    consult = rights.joined(asked)
    moves = [join(call, leg, now=now, command=asked.command) for leg in (customer, consult.leg)]
    if call.state == CallState.HELD:
        journal.record(
            call, "resumed", at=now, actor=asked.actor, data={"agent": asked.agent_id},
            state=CallState.CONNECTED, held_at=None,
        )  # fmt: skip
    if any(moves):
        return False
    _together(asked)
    return True


def _together(asked: Asked) -> None:
    """Nobody goes whose colleague, or who themselves, has gone or is going meanwhile."""
    call = asked.call
    consult, main = parties.consultation(call), parties.main_leg(call)
    if consult is None or consult.result or consult.leg.on_purpose:
        return
    if main is None or main.agent_id != asked.agent_id:
        return
    hand_over(main.offer, consult.leg, call=call, actor=asked.actor, now=asked.now)
    offers.drop(main, now=asked.now)


def _not_completed(asked: Asked) -> None:
    put_back(asked, "resume_failed")


SWAP = Act(_swap, refused=_not_swapped)
MERGE = Act(_merge, refused=_not_merged)
COMPLETE = Act(_complete, arrived=_together, refused=_not_completed)
