"""Colleagues and numbers who are asked into a call that goes on: consultations and conferences.

`give_up_due` runs a service for each number. The others run inside a service that holds the call.
"""

from calls.services.inviting.answering import answers
from calls.services.inviting.asking import ADD, CONSULT
from calls.services.inviting.leaving import agent_left, leave, number_ended
from calls.services.inviting.removing import CANCEL, REMOVE
from calls.services.inviting.rooms import send_back
from calls.services.inviting.silence import give_up_due
from calls.services.inviting.turning import COMPLETE, MERGE, SWAP

__all__ = [
    "ADD",
    "CANCEL",
    "COMPLETE",
    "CONSULT",
    "MERGE",
    "REMOVE",
    "SWAP",
    "agent_left",
    "answers",
    "give_up_due",
    "leave",
    "number_ended",
    "send_back",
]
