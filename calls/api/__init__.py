"""The REST API for agents, queues and calls."""

from calls.api.agents import AGENT_STATES, Me, MyDay, MyNextState, MyState
from calls.api.calls import Calls, OneCall
from calls.api.card import Card
from calls.api.commands import COMMAND_STATES, DOORS, MODES, Connect, OneCommand
from calls.api.customers import CustomerOfCall, Customers
from calls.api.dialling import Dial
from calls.api.floor import FloorNow
from calls.api.queues import Queues
from calls.api.supervising import AgentStateOf, EndWrapUp, Move, Priority
from calls.api.talk import (
    CALL_STATES,
    CONSULTS,
    DIRECTIONS,
    KINDS,
    LISTENING,
    LISTENS,
    PARTIES,
    ROLES,
    WHERE,
)
from calls.api.targets import Targets
from calls.api.todo import (
    ClaimVoicemail,
    FinishVoicemail,
    ReleaseVoicemail,
    Todo,
    VoicemailAudio,
)

__all__ = [
    "AGENT_STATES",
    "CALL_STATES",
    "COMMAND_STATES",
    "CONSULTS",
    "DIRECTIONS",
    "DOORS",
    "KINDS",
    "LISTENING",
    "LISTENS",
    "MODES",
    "PARTIES",
    "ROLES",
    "WHERE",
    "AgentStateOf",
    "Calls",
    "Card",
    "ClaimVoicemail",
    "Connect",
    "CustomerOfCall",
    "Customers",
    "Dial",
    "EndWrapUp",
    "FinishVoicemail",
    "FloorNow",
    "Me",
    "Move",
    "MyDay",
    "MyNextState",
    "MyState",
    "OneCall",
    "OneCommand",
    "Priority",
    "Queues",
    "ReleaseVoicemail",
    "Targets",
    "Todo",
    "VoicemailAudio",
]
