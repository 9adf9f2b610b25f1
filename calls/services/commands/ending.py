"""Ending a call on purpose."""

from calls.models import Leg
from calls.services import callbacks, ends, inviting, offers, outbound, parties
from calls.services.asked import Act, Asked
from calls.states import HungUpBy


def _begin(asked: Asked) -> bool:
    by = HungUpBy.SUPERVISOR if asked.agent_id is None else HungUpBy.AGENT
    if outbound.end_early(asked.call, by=by, actor=asked.actor, now=asked.now):
        return True
    if asked.agent_id is None:
        is_done = _end_wait(asked)
    else:
        is_done = _leave(asked, parties.own_leg(asked.call, asked.agent_id))
    if not is_done:
        ends.ask_end(asked.call, by=by, actor=asked.actor, now=asked.now)
    return True


def _end_wait(asked: Asked) -> bool:
    """A supervisor ends a call that nobody has: at once, so that nobody is rung for it any more.

    False: somebody has it, or the caller is in the flow.
    """
    by, actor = HungUpBy.SUPERVISOR, asked.actor
    return callbacks.cancel_of(asked.call, by=by, actor=actor, now=asked.now) or ends.end_wait(
        asked.call, by=by, actor=actor, now=asked.now
    )


def _leave(asked: Asked, own: Leg) -> bool:
    """The agent leaves a call that others go on with. One who is being let go leaves at once."""
    if own.on_purpose:
        offers.drop(own, now=asked.now)
        return True
    return inviting.leave(asked.call, own, actor=asked.actor, now=asked.now)


END = Act(_begin, for_supervisors=True, when_over=True)
