"""The rules of routing: the order of calls, who may take one, and who comes first."""

from collections.abc import Iterable

from calls.routing.terms import Idle, Need, Waiting
from calls.states import Strategy

PRIORITY_SECONDS = 60.0  # a point of priority counts like a minute of waiting
TIMES = "\N{MULTIPLICATION SIGN}"
FORMULA = f"priority {TIMES} {PRIORITY_SECONDS:.0f} + seconds waited"
NEVER = float("-inf")
PLAIN = (Strategy.LONGEST_IDLE, Strategy.RING_ALL)  # idle time alone


def score(call: Waiting, now: float) -> float:
    """Who is served first: 60 times the priority, and the seconds waited. Higher first."""
    return call.priority * PRIORITY_SECONDS + (now - call.enqueued_at)


def sum_of(priority: int, waited: float) -> str:
    """The score of a call, worked out for people."""
    total = priority * PRIORITY_SECONDS + waited
    return f"{priority} {TIMES} {PRIORITY_SECONDS:.0f} + {waited:.0f} = {total:.0f}"


def order_key(call: Waiting) -> float:
    """The same order as by score, and it does not move with time: smaller first, ties by entry."""
    return call.enqueued_at - call.priority * PRIORITY_SECONDS


def needs_in_force(call: Waiting, now: float) -> tuple[Need, ...]:
    """The needs that have not been relaxed yet."""
    since = call.enqueued_at
    return tuple([one for one in call.needs if one.until is None or now < since + one.until])


def only_agent(call: Waiting, now: float) -> int | None:
    """The one agent whom this call is for: asked for, or kept for them until its time is over."""
    if call.agent_id is not None:
        return call.agent_id
    return call.preferred_agent_id if call.is_kept and now < call.preferred_until else None


def prefers(call: Waiting, agent_id: int, now: float) -> bool:
    return agent_id == call.preferred_agent_id and now < call.preferred_until


def next_change(call: Waiting, now: float) -> float | None:
    """The next instant at which more agents may take the call than now."""
    soonest = call.preferred_until if call.is_kept and now < call.preferred_until else None
    for need in call.needs:
        if need.until is not None:
            instant = call.enqueued_at + need.until
            if now < instant and (soonest is None or instant < soonest):
                soonest = instant
    return soonest


def missing(needs: Iterable[Need], agent: Idle) -> Need | None:
    """The first of these needs that the agent does not meet."""
    for need in needs:
        if agent.skills.get(need.skill_id, 0) < need.level:
            return need
    return None


def obstacle(call: Waiting, agent: Idle, now: float) -> str:
    """Why this agent may not take this call now, whatever they do; empty: they may."""
    if agent.only_entry_id not in {None, call.entry_id}:
        return "wrap_up"
    if call.agent_id is not None:
        return "" if call.agent_id == agent.agent_id else "not the agent asked for"
    if call.queue_id not in agent.queue_ids:
        return "not in the queue"
    if call.needs:
        lacked = missing(needs_in_force(call, now), agent)
        if lacked:
            return f"lacks {lacked}"
    if only_agent(call, now) not in {None, agent.agent_id}:
        return "kept for the last agent"
    return "rung already" if agent.agent_id in call.rung else ""


def may_take(call: Waiting, agent: Idle, now: float) -> bool:
    """The one rule of who may take what; explanations and previews use it too."""
    return not obstacle(call, agent, now)


def rank(call: Waiting, agent: Idle) -> tuple[float, float, int]:
    """Smallest first, by the call's strategy; ties go to the longest idle, then by agent."""
    return (standing(call.strategy, call.queue_id, agent), agent.idle_since, agent.agent_id)


def standing(strategy: Strategy, queue_id: int | None, agent: Idle) -> float:
    """What a strategy looks at before it looks at idle time; smaller is rung first."""
    if queue_id is None or strategy in PLAIN:
        return 0.0
    if strategy == Strategy.ROUND_ROBIN:
        return agent.turns.get(queue_id, NEVER)
    if strategy == Strategy.TOP_DOWN:
        return agent.places.get(queue_id, 0)
    return sum(agent.skills.values())


def ranked(call: Waiting, agent: Idle, now: float) -> tuple[bool, float, float, int]:
    """Smallest first: the preferred agent while preferred, then by `rank`."""
    return (not prefers(call, agent.agent_id, now), *rank(call, agent))
