"""The REST API for agents, queues and calls."""

from calls.api.agents import AGENT_STATES, CALL_STATES, Me, MyDay, MyState
from calls.api.calls import Calls, OneCall
from calls.api.card import Card
from calls.api.queues import Queues

__all__ = [
    "AGENT_STATES",
    "CALL_STATES",
    "Calls",
    "Card",
    "Me",
    "MyDay",
    "MyState",
    "OneCall",
    "Queues",
]
