"""Every change of what an agent is doing.

`choose`, `log_out`, `extend_wrap_up`, `beat`, `end_wrap_ups` and `release_lapsed` are whole
services. The others run inside a service of `calls`, which knows about offers and legs; they lock
the agent's row themselves.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from agents import phones
from agents.errors import AgentBusy, NoExtension, UnknownReason
from agents.models import Agent, AgentState, StateReason
from agents.states import CHOOSABLE, State, SystemReason

LONGEST_WRAP_UP = timedelta(seconds=900)
PAUSE_AFTER_REFUSAL = timedelta(seconds=10)
ABSENCE = timedelta(minutes=5)  # who was lost for longer chooses anew
HELD = (State.OFFERED, State.BUSY)


def open_state(agent: Agent, *, now: datetime) -> AgentState:
    """The agent's running interval; an agent who never had one begins offline."""
    return AgentState.objects.get_or_create(
        agent=agent, ended_at=None, defaults={"state": State.OFFLINE, "started_at": now}
    )[0]


def locked(agent_id: int) -> Agent:
    return Agent.objects.select_for_update().get(id=agent_id)


def enter(agent: Agent, state: State, *, at: datetime, reason: str = "", actor: str = "") -> None:
    """Close the running interval at `at` and open the next. The same again changes nothing."""
    running = open_state(agent, now=at)
    if (running.state, running.reason) == (state, reason):
        return
    at = max(at, running.started_at)
    AgentState.objects.filter(id=running.id).update(ended_at=at)
    AgentState.objects.create(agent=agent, state=state, reason=reason, actor=actor, started_at=at)


def settle(agent: Agent, *, at: datetime) -> None:
    """Show the agent's own choice again, now that nothing holds them."""
    enter(agent, State(agent.choice), at=at, reason=agent.choice_reason, actor=agent.choice_actor)


def set_choice(agent: Agent, choice: State, *, reason: str = "", actor: str = "") -> None:
    agent.choice, agent.choice_reason, agent.choice_actor = choice, reason, actor
    agent.save(update_fields=["choice", "choice_reason", "choice_actor"])


@transaction.atomic(durable=True)
def choose(*, agent_id: int, state: str, reason: str, actor: str, now: datetime) -> None:
    """The agent says where they are. It ends a wrap-up, and is refused while a call holds them."""
    if state not in CHOOSABLE:
        raise UnknownReason(f"An agent cannot choose {state!r}.")
    if reason and not StateReason.objects.filter(code=reason, is_system=False).exists():
        raise UnknownReason(f"There is no reason {reason!r} to choose.")
    agent = locked(agent_id)
    if open_state(agent, now=now).state in HELD:
        raise AgentBusy("A call holds you; finish it first.")
    _choose(agent, State(state), reason=reason, actor=actor, now=now)


def _choose(agent: Agent, state: State, *, reason: str = "", actor: str, now: datetime) -> None:
    became_available = state == State.AVAILABLE and (
        agent.choice != State.AVAILABLE or agent.wrap_up_until is not None
    )
    # A console that was left says nothing about an agent who works without one now.
    is_left = state == State.OFFLINE or phones.is_gone(agent, now=now)
    Agent.objects.filter(id=agent.id).update(
        wrap_up_until=None,
        failures_in_a_row=0,
        no_offer_until=None,
        lost_at=None,
        console_until=None if is_left else agent.console_until,
        **({"idle_since": now} if became_available else {}),
    )
    set_choice(agent, state, reason=reason, actor=actor)
    settle(agent, at=now)


@transaction.atomic(durable=True)
def log_out(*, agent_id: int, actor: str, now: datetime) -> None:
    """The agent is offline from now on; from the end of the call on, while one holds them."""
    agent = locked(agent_id)
    if open_state(agent, now=now).state in HELD:
        set_choice(agent, State.OFFLINE, actor=actor)
    else:
        _choose(agent, State.OFFLINE, actor=actor, now=now)


def reserve(*, agent_id: int, now: datetime) -> Agent:
    """Hold an available agent for one offer, or AgentBusy."""
    agent = locked(agent_id)
    paused = agent.no_offer_until is not None and agent.no_offer_until > now
    is_away = paused or phones.is_gone(agent, now=now)
    if open_state(agent, now=now).state != State.AVAILABLE or is_away:
        raise AgentBusy(f"Agent {agent_id} is not available any more.")
    enter(agent, State.OFFERED, at=now)
    return agent


def occupy(*, agent_id: int, now: datetime) -> None:
    """The agent has taken a call."""
    agent = locked(agent_id)
    Agent.objects.filter(id=agent_id).update(failures_in_a_row=0, idle_since=None)
    enter(agent, State.BUSY, at=now)


def free_after_offer(*, agent_id: int, now: datetime, pause: bool) -> None:
    """An offer ended without a call and without blame: available again, at the same place.

    `pause` is for the agent who declined it: they get no offer for a while, and it reached them.
    """
    agent = locked(agent_id)
    if pause:
        Agent.objects.filter(id=agent_id).update(
            failures_in_a_row=0, no_offer_until=now + PAUSE_AFTER_REFUSAL
        )
    settle(agent, at=now)


def miss(*, agent_id: int, now: datetime) -> None:
    """The phone rang and nobody answered: no more calls until the agent comes back."""
    agent = locked(agent_id)
    set_choice(agent, State.MISSED, reason=SystemReason.MISSED)
    settle(agent, at=now)


def fail(*, agent_id: int, now: datetime) -> None:
    """The offer did not reach the agent. The second time in a row takes them offline."""
    agent = locked(agent_id)
    if agent.failures_in_a_row:
        set_choice(agent, State.OFFLINE, reason=SystemReason.UNREACHABLE)
    Agent.objects.filter(id=agent_id).update(
        failures_in_a_row=F("failures_in_a_row") + 1, no_offer_until=now + PAUSE_AFTER_REFUSAL
    )
    settle(agent, at=now)


def break_for_device(*, agent_id: int, now: datetime) -> None:
    """Answering failed on the agent's side: microphone or media."""
    agent = locked(agent_id)
    set_choice(agent, State.ON_BREAK, reason=SystemReason.DEVICE)
    settle(agent, at=now)


def wrap_up(*, agent_id: int, until: datetime, now: datetime) -> None:
    """The call is over; the agent has until `until` for the work after it."""
    agent = locked(agent_id)
    if until <= now:
        Agent.objects.filter(id=agent_id).update(idle_since=now)
        settle(agent, at=now)
        return
    Agent.objects.filter(id=agent_id).update(wrap_up_until=until, wrap_up_extended=False)
    enter(agent, State.WRAP_UP, at=now)


@transaction.atomic(durable=True)
def extend_wrap_up(*, agent_id: int, seconds: int, now: datetime) -> None:
    """The agent needs longer: once, and no wrap-up lasts longer than `LONGEST_WRAP_UP`."""
    agent = locked(agent_id)
    running = open_state(agent, now=now)
    if running.state != State.WRAP_UP or agent.wrap_up_until is None or agent.wrap_up_until <= now:
        raise NoExtension("Your wrap-up is over.")
    latest = running.started_at + LONGEST_WRAP_UP
    if agent.wrap_up_extended or agent.wrap_up_until >= latest:
        raise NoExtension("This wrap-up cannot be extended again.")
    until = min(agent.wrap_up_until + timedelta(seconds=seconds), latest)
    Agent.objects.filter(id=agent_id).update(wrap_up_until=until, wrap_up_extended=True)


def lose(*, agent_id: int, now: datetime) -> None:
    """The agent's leg broke off: offline until their console is heard of again."""
    agent = locked(agent_id)
    Agent.objects.filter(id=agent_id).update(lost_at=now, idle_since=now)
    enter(agent, State.OFFLINE, at=now, reason=SystemReason.CONNECTION_LOST)


def end_wrap_ups(*, now: datetime) -> list[int]:
    """Free the agents whose wrap-up is over, as of the instant it ended. Returns their ids."""
    due = Agent.objects.filter(wrap_up_until__lte=now)
    return _end_wrap_ups(due, now=now) if due.exists() else []


@transaction.atomic(durable=True)
def _end_wrap_ups(due: QuerySet[Agent], *, now: datetime) -> list[int]:
    freed = list(due.select_for_update())
    for agent in freed:
        ended_at = agent.wrap_up_until or now
        Agent.objects.filter(id=agent.id).update(wrap_up_until=None, idle_since=ended_at)
        settle(agent, at=ended_at)
    return [agent.id for agent in freed]


@transaction.atomic(durable=True)
def beat(*, agent_id: int, epoch: int | None = None, now: datetime) -> bool:
    """The console is there: prolong its lease. True when this brought a lost agent back.

    `epoch` is the one with which this window holds the phone, or held it; see `phones.speaks_for`.
    Who was lost for longer than `ABSENCE` stays offline until they choose.
    """
    agent = locked(agent_id)
    if not phones.speaks_for(agent, epoch, now=now):
        return False
    until = now + phones.LEASE
    phone = {"phone_until": until} if epoch == agent.phone_epoch else {}
    Agent.objects.filter(id=agent_id).update(console_until=until, lost_at=None, **phone)
    if agent.lost_at is None:
        return False
    if now - agent.lost_at > ABSENCE:
        set_choice(agent, State.OFFLINE, reason=SystemReason.CONNECTION_LOST)
        return False
    Agent.objects.filter(id=agent_id, idle_since=None).update(idle_since=now)
    settle(agent, at=now)
    return True


def release_lapsed(*, now: datetime) -> list[int]:
    """Agents who wait for calls behind a console that has gone: offline. Returns their ids."""
    lapsed = Agent.objects.filter(
        console_until__lte=now, states__state=State.AVAILABLE, states__ended_at=None
    )
    return _release(lapsed, now=now) if lapsed.exists() else []


@transaction.atomic(durable=True)
def _release(lapsed: QuerySet[Agent], *, now: datetime) -> list[int]:
    locked_rows = lapsed.select_for_update(of=("self",))
    released = [
        agent for agent in locked_rows if open_state(agent, now=now).state == State.AVAILABLE
    ]
    for agent in released:
        ended_at = agent.console_until or now
        # Time behind a console that has gone is not idle time: it begins again with the return.
        Agent.objects.filter(id=agent.id).update(
            console_until=None, lost_at=ended_at, idle_since=None
        )
        enter(agent, State.OFFLINE, at=ended_at, reason=SystemReason.CONNECTION_LOST)
    return [agent.id for agent in released]
