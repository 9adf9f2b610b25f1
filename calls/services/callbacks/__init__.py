"""Virtual hold: the caller hangs up and keeps their place; an agent is asked first.

`cancel` is a whole service; `give_up_due` runs one for each. The others run inside a service that
holds the call.
"""

from calls.services.callbacks.calling import (
    agent_accepts,
    agent_left,
    customer_answers,
    customer_ended,
    give_up_due,
)
from calls.services.callbacks.ending import cancel, cancel_of, expire
from calls.services.callbacks.questions import NUMBER, ask, current_ncco, pressed

__all__ = [
    "NUMBER",
    "agent_accepts",
    "agent_left",
    "ask",
    "cancel",
    "cancel_of",
    "current_ncco",
    "customer_answers",
    "customer_ended",
    "expire",
    "give_up_due",
    "pressed",
]
