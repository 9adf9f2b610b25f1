"""Where agents say they are: now, or once nothing holds them any more.

`choose`, `choose_next` and `log_out` are whole services.
"""

from datetime import datetime

from django.db import transaction

from agents import phones
from agents.errors import AgentBusy, UnknownReason
from agents.models import Agent, StateReason
from agents.services.intervals import locked, open_state, set_choice, settle
from agents.states import CHOOSABLE, State

HELD = (State.OFFERED, State.BUSY)


@transaction.atomic(durable=True)
def choose(*, agent_id: int, state: str, reason: str, actor: str, now: datetime) -> None:
    """The agent says where they are. It ends a wrap-up, and is refused while a call holds them."""
    check(state, reason)
    agent = locked(agent_id)
    if open_state(agent, now=now).state in HELD:
        raise AgentBusy("A call holds you; finish it first.")
    put(agent, State(state), reason=reason, actor=actor, now=now)


@transaction.atomic(durable=True)
def choose_next(*, agent_id: int, state: str, reason: str, actor: str, now: datetime) -> None:
    """What follows the call, offer or wrap-up that holds the agent; `available` takes it back.

    Where nothing holds them any more it begins at once, and `available` changes nothing: it would
    undo what has been decided meanwhile.
    """
    check(state, reason)
    agent = locked(agent_id)
    if open_state(agent, now=now).state in (*HELD, State.WRAP_UP):
        set_choice(agent, State(state), reason=reason, actor=actor)
    elif state != State.AVAILABLE:
        put(agent, State(state), reason=reason, actor=actor, now=now)


@transaction.atomic(durable=True)
def log_out(*, agent_id: int, actor: str, now: datetime) -> None:
    """The agent is offline from now on; from the end of the call on, while one holds them.

    Either ends a wrap-up, also one into which the call rings.
    """
    agent = locked(agent_id)
    if open_state(agent, now=now).state in HELD:
        Agent.objects.filter(id=agent_id).update(wrap_up_until=None)
        set_choice(agent, State.OFFLINE, actor=actor)
    else:
        put(agent, State.OFFLINE, actor=actor, now=now)


def check(state: str, reason: str) -> None:
    """UnknownReason unless agents can choose this state and reason themselves."""
    if state not in CHOOSABLE:
        raise UnknownReason(f"An agent cannot choose {state!r}.")
    if reason and not StateReason.objects.filter(code=reason, is_system=False).exists():
        raise UnknownReason(f"There is no reason {reason!r} to choose.")


def put(agent: Agent, state: State, *, reason: str = "", actor: str, now: datetime) -> None:
    """Enter this state at once; inside a service that holds the agent, whom nothing else holds."""
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
