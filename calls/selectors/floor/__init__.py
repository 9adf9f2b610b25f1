"""What routing is worked out from: the calls that wait, and who could take one."""

from calls.selectors.floor.pairs import could_pair, kept_back, ready_floor
from calls.selectors.floor.people import candidates, idle, queues_by_agent, standing_of_agents
from calls.selectors.floor.waits import entries_to_offer, waiting_call

__all__ = [
    "candidates",
    "could_pair",
    "entries_to_offer",
    "idle",
    "kept_back",
    "queues_by_agent",
    "ready_floor",
    "standing_of_agents",
    "waiting_call",
]
