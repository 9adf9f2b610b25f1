"""Every change of what an agent is doing; `agents.services`."""

from agents.states import State
from tests.sim.rules import centre as deadlines
from tests.sim.rules.centre import CLOSED, Centre
from tests.sim.rules.rows import NEVER, Agent

HELD = (State.OFFERED, State.BUSY)
PAUSE, ABSENCE, LEASE = 10.0, 300.0, 15.0


def enter(centre: Centre, agent: Agent, state: State, *, at: float) -> None:
    """Close the running interval and open the next; the same state again changes nothing."""
    if agent.state != state:
        at = max(at, agent.since)
        agent.sums[agent.state] = agent.sums.get(agent.state, 0.0) + at - agent.since
        agent.state, agent.since = state, at
    centre.show_agent(agent)


def settle(centre: Centre, agent: Agent, *, at: float) -> None:
    enter(centre, agent, agent.choice, at=at)


def choose(centre: Centre, agent: Agent, choice: State) -> bool:
    """The agent says where they are; refused while a call holds them."""
    if agent.state in HELD:
        return False
    is_new = agent.choice != State.AVAILABLE or agent.wrap_up_until < NEVER
    if choice == State.AVAILABLE and is_new:
        agent.idle_since = centre.now
    agent.wrap_up_until, agent.failures = NEVER, 0
    agent.no_offer_until, agent.lost_at = 0.0, None
    if choice == State.OFFLINE or agent.console_until <= centre.now + CLOSED:
        agent.console_until = NEVER
    agent.choice = choice
    settle(centre, agent, at=centre.now)
    return True


def free_after_offer(centre: Centre, agent: Agent, *, pause: bool) -> None:
    if pause:
        agent.failures, agent.no_offer_until = 0, deadlines.after(centre.now, PAUSE)
    settle(centre, agent, at=centre.now)


def miss(centre: Centre, agent: Agent) -> None:
    agent.choice = State.MISSED
    settle(centre, agent, at=centre.now)


def break_for_device(centre: Centre, agent: Agent) -> None:
    agent.choice = State.ON_BREAK
    settle(centre, agent, at=centre.now)


def fail(centre: Centre, agent: Agent) -> None:
    """The offer did not reach them; the second time in a row takes them offline."""
    if agent.failures:
        agent.choice = State.OFFLINE
    agent.failures += 1
    agent.no_offer_until = deadlines.after(centre.now, PAUSE)
    settle(centre, agent, at=centre.now)


def wrap_up(centre: Centre, agent: Agent, seconds: float) -> None:
    if seconds <= 0:
        agent.idle_since = centre.now
        settle(centre, agent, at=centre.now)
        return
    agent.wrap_up_until = deadlines.after(centre.now, seconds)
    centre.remind(agent.wrap_up_until, "wrap_up", agent)
    enter(centre, agent, State.WRAP_UP, at=centre.now)


def end_wrap_up(centre: Centre, agent: Agent) -> None:
    if agent.wrap_up_until <= centre.now:
        ended_at, agent.wrap_up_until = agent.wrap_up_until, NEVER
        agent.idle_since = ended_at
        settle(centre, agent, at=ended_at)


def lose(centre: Centre, agent: Agent) -> None:
    """Their leg broke off: offline until their console is heard of again."""
    agent.lost_at = agent.idle_since = centre.now
    enter(centre, agent, State.OFFLINE, at=centre.now)


def fall_silent(centre: Centre, agent: Agent) -> None:
    """The console's heartbeats stop: its lease runs out."""
    agent.console_until = deadlines.after(centre.now, LEASE)
    centre.remind(agent.console_until, "lapse", agent)
    centre.remind(agent.console_until - CLOSED, "lapse", agent)


def beat(centre: Centre, agent: Agent) -> None:
    """The console is back. Who was lost for too long stays offline until they choose."""
    lost_at, agent.lost_at = agent.lost_at, None
    agent.console_until = NEVER
    if lost_at is not None and centre.now - lost_at > ABSENCE:
        agent.choice = State.OFFLINE
    elif lost_at is not None and agent.state not in (*HELD, State.WRAP_UP):
        agent.idle_since = centre.now
        settle(centre, agent, at=centre.now)
    centre.show_agent(agent)


def release_lapsed(centre: Centre, agent: Agent) -> None:
    """They wait for calls behind a console that has gone: offline."""
    if agent.console_until <= centre.now and agent.state == State.AVAILABLE:
        ended_at, agent.console_until = agent.console_until, NEVER
        agent.lost_at = agent.idle_since = ended_at
        enter(centre, agent, State.OFFLINE, at=ended_at)
    else:
        centre.show_agent(agent)
