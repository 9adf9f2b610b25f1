"""An agent was lost in mid-call, and nobody else has it."""

from datetime import datetime, timedelta

from calls.models import Call
from calls.services import outbound, waiting

AT_ONCE = timedelta(seconds=5)


def keep_customer(call: Call, *, agent_id: int, now: datetime) -> bool:
    """They wait for an agent again, or hear why the call is over. False: neither can be done."""
    first_id = _lost_first(call, agent_id, now=now)
    waits = waiting.wait_again(call, lost_agent_id=agent_id, preferred_id=first_id, now=now)
    return waits or outbound.says_goodbye(call, now=now)


def _lost_first(call: Call, agent_id: int, *, now: datetime) -> int:
    """Of agents who were lost at once, the one whose call it was: the others hardly had it."""
    lost = call.events.filter(reason="lost", type__in=["completed", "left"])
    first = lost.filter(at__gt=now - AT_ONCE).order_by("version").first()
    if first is None:
        return agent_id
    whose = first.data["from"] if first.type == "completed" else first.data["agent"]
    return int(whose)
