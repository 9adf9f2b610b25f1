"""Listening to calls, coaching their agents, barging in, and taking a call over.

A supervisor stays where the agents are, as long as an agent has the call: through hold,
consultation, conference and completion. When nobody has it any more (it was handed on blindly, or
its last agent was lost) the supervisor is told so and let go, for there is nothing to listen to.

`give_up_due` runs a service for each. The others run inside a service that holds the call.
"""

from calls.services.supervising.acts import LEAVE, SUPERVISE
from calls.services.supervising.ending import end_all, ended, give_up_due
from calls.services.supervising.hearing import agents_changed, check_rights
from calls.services.supervising.joining import answers

__all__ = [
    "LEAVE",
    "SUPERVISE",
    "agents_changed",
    "answers",
    "check_rights",
    "end_all",
    "ended",
    "give_up_due",
]
