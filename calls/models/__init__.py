from calls.models.call import Call, CallEvent, Leg
from calls.models.handling import Disposition, Handling
from calls.models.platform import Instruction, Token, VonageEvent
from calls.models.queue import Offer, Queue, QueueEntry

__all__ = [
    "Call",
    "CallEvent",
    "Disposition",
    "Handling",
    "Instruction",
    "Leg",
    "Offer",
    "Queue",
    "QueueEntry",
    "Token",
    "VonageEvent",
]
