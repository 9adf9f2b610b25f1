"""What one wait is made of: the queue's settings and the call's own needs, as it begins."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from agents.models import Agent, Skill
from agents.selectors import is_reachable, state_now
from calls.models import Call, Queue, QueueEntry, waits
from ivr.graph import Required
from ivr.steps import Await, Enqueue

logger = logging.getLogger(__name__)
REMEMBERED = timedelta(days=30)  # for as long callers are known to their last agent
SHORTEST = timedelta(seconds=15)  # between two announcements, whatever is set
Need = tuple[int, int, int | None]  # skill id, level, until second


def entry_for(call: Call, step: Enqueue | Await, *, now: datetime) -> QueueEntry:
    """The wait that begins with this step, not saved yet."""
    if isinstance(step, Await):
        return _for_agent(call, step, now=now)
    queue = Queue.objects.get(id=step.queue)
    priority = queue.priority + step.priority
    needs = [*_of_queue(queue), *_of_call(step.requires)]
    return QueueEntry(
        call=call,
        queue=queue,
        enqueued_at=now,
        give_up_at=now + timedelta(seconds=queue.max_wait_seconds),
        offer_seconds=queue.offer_seconds,
        wrap_up_seconds=queue.wrap_up_seconds,
        priority=priority,
        requirements=[list(need) for need in needs],
        estimated_seconds=_foreseen(queue, priority, now=now),
        **_preferred(call, queue, needs, now=now),
        **deadlines(queue, now=now),
    )


def _for_agent(call: Call, step: Await, *, now: datetime) -> QueueEntry:
    patience = step.wait if is_reachable(agent_id=step.agent) else 0
    return QueueEntry(
        call=call,
        agent_id=step.agent,
        enqueued_at=now,
        give_up_at=now + timedelta(seconds=patience),
        offer_seconds=step.offer_seconds,
        wrap_up_seconds=step.wrap_up_seconds,
    )


def deadlines(queue: Queue, *, now: datetime) -> dict[str, datetime | None]:
    """When the next announcement and the next question are due for somebody who waits now."""
    asks = queue.offers_callback or queue.offers_voicemail
    return {
        "announce_at": after(queue.announce_every_seconds, now=now),
        "choices_at": after(queue.choices_every_seconds, now=now) if asks else None,
    }


def after(seconds: int, *, now: datetime) -> datetime | None:
    """An interval of the queue's from now on; None for 0, which is never."""
    return now + max(timedelta(seconds=seconds), SHORTEST) if seconds else None


def _of_queue(queue: Queue) -> list[Need]:
    return list(queue.requirements.values_list("skill", "level", "until_seconds"))


def _of_call(requires: tuple[Required, ...]) -> list[Need]:
    """The flow's own needs. A skill that was renamed since is not asked for: nobody has it."""
    ids = dict(
        Skill.objects.filter(name__in=[one.skill for one in requires]).values_list("name", "id")
    )
    for one in requires:
        if one.skill not in ids:
            logger.warning("a flow requires a skill that does not exist any more: %s", one.skill)
    return [(ids[one.skill], one.level, one.until) for one in requires if one.skill in ids]


def _foreseen(queue: Queue, priority: int, *, now: datetime) -> int | None:
    """The wait as it looks at its beginning. Kept even where it is not told: so it is measured."""
    ahead = sum(
        1
        for key, _ in waits.places(queue_id=queue.id, now=now)
        if key <= waits.order_key(now, priority)
    )
    seconds = waits.estimate(queue_id=queue.id, position=ahead + 1)
    return None if seconds is None else round(seconds)


def _preferred(call: Call, queue: Queue, needs: Sequence[Need], *, now: datetime) -> dict[str, Any]:
    """The agent this caller spoke to last in this queue, for as long as the queue says."""
    agent = _last_agent(call, queue, now=now) if queue.prefer_last_agent_seconds else None
    if agent is None:
        return {}
    running = state_now(agent_id=agent.id)
    works = running is not None and running.state in waits.AT_WORK
    return {
        "preferred_agent": agent,
        "preferred_until": now + timedelta(seconds=queue.prefer_last_agent_seconds),
        "is_kept": works and _could_take(agent, needs),
    }


def _could_take(agent: Agent, needs: Iterable[Need]) -> bool:
    """Whether the agent meets what the call needs at once: until they do, nobody would be rung."""
    levels = dict(agent.skills.values_list("skill", "level"))
    return all(levels.get(skill, 0) >= level for skill, level, _ in needs)


def _last_agent(call: Call, queue: Queue, *, now: datetime) -> Agent | None:
    if not call.customer_number:
        return None
    earlier = Call.objects.filter(
        from_number=call.customer_number,
        queue=queue,
        started_at__gte=now - REMEMBERED,
        answered_at__isnull=False,
        agent__assignments__queue=queue,
    ).exclude(id=call.id)
    last = earlier.select_related("agent").order_by("-answered_at").first()
    return last.agent if last else None
