"""The rows of supervisions and of what was asked for them."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from calls.broadcast import announce
from calls.models import Call, Command, Supervision
from calls.models.coaching import TAKE_OVER
from calls.services import journal, parties
from calls.states import CallState

KIND = "supervise"
Mode, State = Supervision.Mode, Supervision.State


def live(call: Call) -> QuerySet[Supervision]:
    """Those who are in the call as supervisors, or on their way."""
    there = Supervision.objects.filter(call=call).exclude(state=State.ENDED)
    return there.select_related("leg", "agent__user")


def change(supervision: Supervision, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(supervision, name, value)
    supervision.save(update_fields=list(columns))


def is_told(call: Call, mode: str) -> bool:
    """Whether the agents of the call are shown who listens: always those whom everybody hears."""
    teams = (leg.agent.team for leg in parties.talking(call) if leg.agent)
    return mode == Mode.BARGE or any(team and team.tells_of_supervision for team in teams)


def tell(supervision: Supervision, call: Call) -> None:
    """The supervisor, the agents of the call and the floor look at it anew."""
    there = [leg.agent_id for leg in parties.talking(call)]
    announce(agents=[supervision.agent_id, call.agent_id, *there], queues=[call.queue_id])


def log(
    supervision: Supervision, kind: str, *, call: Call, now: datetime, actor: str = "",
    reason: str = "",
) -> None:  # fmt: skip
    """An event of the call, as long as it goes on."""
    if call.state != CallState.ENDED:
        data = {
            "agent": supervision.agent_id,
            "mode": supervision.mode,
            "leg": supervision.leg_id,
            "told": supervision.is_told,
        }
        by = actor or str(supervision.agent)
        journal.record(call, kind, at=now, actor=by, reason=reason, data=data)


def pending(supervision: Supervision) -> QuerySet[Command]:
    """What the supervisor has asked for in this call, and Vonage has not done yet."""
    asked = Command.objects.filter(state=Command.State.PENDING, kind=KIND)
    return asked.filter(call=supervision.call_id, agent=supervision.agent_id)


def wants_call(supervision: Supervision) -> bool:
    """Whether they are to take the call over as soon as they are in it."""
    return pending(supervision).filter(body__mode=TAKE_OVER).exists()


def overtake(supervision: Supervision, command: Command, *, now: datetime) -> None:
    """Nothing more follows from what was asked before this."""
    earlier = pending(supervision).exclude(id=command.id)
    earlier.update(state=Command.State.DONE, settled_at=now)


def settle(supervision: Supervision, *, now: datetime, error: str = "") -> None:
    """What was asked is done, or has come to nothing."""
    state = Command.State.FAILED if error else Command.State.DONE
    code = "call_gone" if error else ""
    pending(supervision).update(state=state, error_code=code, error=error, settled_at=now)
