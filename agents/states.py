"""What an agent is doing. Pure: no Django, no clock, no I/O.

An agent *chooses* offline, available or on_break; a missed call sets missed. The others follow from
what holds them: a pending offer, a live leg, a running wrap-up.
"""

from enum import StrEnum


class State(StrEnum):
    OFFLINE = "offline"
    AVAILABLE = "available"
    OFFERED = "offered"
    BUSY = "busy"
    WRAP_UP = "wrap_up"
    ON_BREAK = "on_break"
    MISSED = "missed"


CHOOSABLE = (State.AVAILABLE, State.ON_BREAK, State.OFFLINE)
STORED = (*CHOOSABLE, State.MISSED)


class SystemReason(StrEnum):
    """Why the system, not the agent, set a state."""

    MISSED = "missed"
    UNREACHABLE = "unreachable"
    DEVICE = "device"
    CONNECTION_LOST = "connection_lost"
