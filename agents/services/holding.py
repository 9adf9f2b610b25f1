"""What holds an agent: an offer, a call, the work after it.

`extend_wrap_up` and `end_wrap_ups` are whole services. The others run inside a service of `calls`,
which knows about offers and legs; they lock the agent's row themselves.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from agents import phones
from agents.errors import AgentBusy, NoExtension
from agents.models import Agent, AgentState
from agents.services.intervals import enter, locked, open_state, resume, set_choice, settle
from agents.states import State, SystemReason

LONGEST_WRAP_UP = timedelta(seconds=900)
PAUSE_AFTER_REFUSAL = timedelta(seconds=10)


def reserve(*, agent_id: int, now: datetime) -> Agent:
    """Hold an available agent for one offer, or AgentBusy."""
    agent = locked(agent_id)
    paused = agent.no_offer_until is not None and agent.no_offer_until > now
    is_away = paused or phones.is_gone(agent, now=now)
    if open_state(agent, now=now).state != State.AVAILABLE or is_away:
        raise AgentBusy(f"{agent} is not available any more.")
    enter(agent, State.OFFERED, at=now)
    return agent


def occupy(*, agent_id: int, now: datetime) -> None:
    """The agent has taken a call; a wrap-up that its offer broke into is over."""
    agent = locked(agent_id)
    Agent.objects.filter(id=agent_id).update(
        failures_in_a_row=0, idle_since=None, wrap_up_until=None
    )
    enter(agent, State.BUSY, at=now)


def free_after_offer(*, agent_id: int, now: datetime, pause: bool) -> None:
    """An offer ended without a call and without blame: back to where it found them.

    They are available at the same place, or go on with their wrap-up. `pause` is for who declined
    it: they get no offer for a while, and it reached them.
    """
    agent = locked(agent_id)
    if pause:
        Agent.objects.filter(id=agent_id).update(
            failures_in_a_row=0, no_offer_until=now + PAUSE_AFTER_REFUSAL
        )
    resume(agent, at=now)


def miss(*, agent_id: int, now: datetime) -> None:
    """The phone rang and nobody answered: no more calls until the agent comes back.

    Who had chosen a break, or to log out, while it rang is there already. A wrap-up is over.
    """
    agent = locked(agent_id)
    Agent.objects.filter(id=agent_id).update(wrap_up_until=None)
    if agent.choice == State.AVAILABLE:
        set_choice(agent, State.MISSED, reason=SystemReason.MISSED)
    settle(agent, at=now)


def fail(*, agent_id: int, now: datetime) -> None:
    """The offer did not reach the agent. The second time in a row takes them offline at once."""
    agent = locked(agent_id)
    Agent.objects.filter(id=agent_id).update(
        failures_in_a_row=F("failures_in_a_row") + 1, no_offer_until=now + PAUSE_AFTER_REFUSAL
    )
    if not agent.failures_in_a_row:
        resume(agent, at=now)
        return
    Agent.objects.filter(id=agent_id).update(wrap_up_until=None)
    set_choice(agent, State.OFFLINE, reason=SystemReason.UNREACHABLE)
    settle(agent, at=now)


def break_for_device(*, agent_id: int, now: datetime) -> None:
    """Answering failed on the agent's side: microphone or media. A wrap-up needs neither."""
    agent = locked(agent_id)
    set_choice(agent, State.ON_BREAK, reason=SystemReason.DEVICE)
    resume(agent, at=now)


def wrap_up(*, agent_id: int, until: datetime, now: datetime) -> None:
    """The call is over; the agent has until `until` for the work after it."""
    agent = locked(agent_id)
    if until <= now:
        Agent.objects.filter(id=agent_id).update(idle_since=now, wrap_up_until=None)
        settle(agent, at=now)
        return
    Agent.objects.filter(id=agent_id).update(wrap_up_until=until, wrap_up_extended=False)
    enter(agent, State.WRAP_UP, at=now)


@transaction.atomic(durable=True)
def extend_wrap_up(*, agent_id: int, seconds: int, now: datetime) -> None:
    """The agent needs longer: once, and no wrap-up lasts longer than `LONGEST_WRAP_UP`."""
    agent = locked(agent_id)
    running = open_state(agent, now=now)
    if running.state == State.OFFERED and agent.wrap_up_until is not None:
        raise NoExtension("A call rings for you: answer it or decline it first.")
    if running.state != State.WRAP_UP or agent.wrap_up_until is None or agent.wrap_up_until <= now:
        raise NoExtension("Your wrap-up is over.")
    latest = _work_began(agent, running) + LONGEST_WRAP_UP
    if agent.wrap_up_extended or agent.wrap_up_until >= latest:
        raise NoExtension("This wrap-up cannot be extended again.")
    until = min(agent.wrap_up_until + timedelta(seconds=seconds), latest)
    Agent.objects.filter(id=agent_id).update(wrap_up_until=until, wrap_up_extended=True)


def _work_began(agent: Agent, running: AgentState) -> datetime:
    """When the talk ended before this wrap-up, into which offers may have broken since."""
    talk = AgentState.objects.filter(agent=agent, state=State.BUSY).last()
    return (talk and talk.ended_at) or running.started_at


def end_wrap_ups(*, now: datetime) -> list[int]:
    """Free the agents whose wrap-up is over, as of the instant it ended. Returns their ids.

    Who is rung just then is held by the offer, and has no wrap-up to go back to.
    """
    due = Agent.objects.filter(wrap_up_until__lte=now)
    return _end_wrap_ups(due, now=now) if due.exists() else []


@transaction.atomic(durable=True)
def _end_wrap_ups(due: QuerySet[Agent], *, now: datetime) -> list[int]:
    freed = list(due.select_for_update())
    for agent in freed:
        ended_at = agent.wrap_up_until or now
        Agent.objects.filter(id=agent.id).update(wrap_up_until=None, idle_since=ended_at)
        if open_state(agent, now=now).state == State.WRAP_UP:
            settle(agent, at=ended_at)
    return [agent.id for agent in freed]
