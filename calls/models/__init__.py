from calls.models.call import Call, CallEvent, Leg
from calls.models.command import Command
from calls.models.customer import Customer, CustomerNumber
from calls.models.entry import Offer, QueueEntry
from calls.models.handling import Disposition, Handling
from calls.models.health import Healing, InvariantCheck
from calls.models.outbound import DialRules, DoNotCall
from calls.models.platform import Instruction, Token, VonageEvent
from calls.models.queue import Queue, QueueAssignment
from calls.models.queue_terms import Overflow, Requirement
from calls.models.talk import Invitation, Supervision, SurveyAnswer, Transfer
from calls.models.wall import WallLink
from calls.models.work import Callback, Voicemail

__all__ = [
    "Call",
    "CallEvent",
    "Callback",
    "Command",
    "Customer",
    "CustomerNumber",
    "DialRules",
    "Disposition",
    "DoNotCall",
    "Handling",
    "Healing",
    "Instruction",
    "InvariantCheck",
    "Invitation",
    "Leg",
    "Offer",
    "Overflow",
    "Queue",
    "QueueAssignment",
    "QueueEntry",
    "Requirement",
    "Supervision",
    "SurveyAnswer",
    "Token",
    "Transfer",
    "Voicemail",
    "VonageEvent",
    "WallLink",
]
