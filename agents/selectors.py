"""What the database knows of agents, in the shape callers want. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from agents import phones
from agents.errors import NoSuchAgent, NotAnAgent, NotASupervisor
from agents.models import Agent, AgentState, StateReason, Team, User
from agents.states import State


@dataclass(frozen=True, slots=True)
class Standing:
    """What an agent does, and what keeps them from a call."""

    agent_id: int
    state: State
    idle_since: datetime
    paused_until: datetime | None
    is_gone: bool  # their console was closed, or has fallen silent


def agent_of(*, user_id: int | None) -> Agent:
    """The agent behind a log-in, or NotAnAgent."""
    agent = user_id and Agent.objects.select_related("user").filter(user=user_id).first()
    if not agent:
        raise NotAnAgent("Only agents may do this.")
    return agent


def state_now(*, agent_id: int) -> AgentState | None:
    return AgentState.objects.filter(agent=agent_id, ended_at=None).first()


def break_reasons() -> list[dict[str, str]]:
    """What agents can choose as the reason of a break, by code and label."""
    reasons = StateReason.objects.filter(is_system=False)
    return [{"code": reason.code, "label": reason.label} for reason in reasons]


def standing_of(*, agent_id: int, now: datetime) -> Standing:
    """How this agent stands."""
    running = AgentState.objects.filter(agent=agent_id, ended_at=None).select_related("agent")
    row = running.first() or AgentState(
        agent=Agent.objects.get(id=agent_id), state=State.OFFLINE, started_at=now
    )
    return _standing(row, now=now)


def _standing(row: AgentState, *, now: datetime) -> Standing:
    return Standing(
        agent_id=row.agent_id,
        state=State(row.state),
        idle_since=row.agent.idle_since or row.started_at,
        paused_until=row.agent.no_offer_until,
        is_gone=phones.is_gone(row.agent, now=now),
    )


def name_of(*, agent_id: int) -> str:
    return str(Agent.objects.select_related("user").get(id=agent_id))


def is_reachable(*, agent_id: int) -> bool:
    """Whether waiting for this agent makes sense at all: they are not offline."""
    running = state_now(agent_id=agent_id)
    return running is not None and running.state != State.OFFLINE


def team_ids_of(user: User) -> list[int]:
    """The teams a supervisor looks after; a superuser looks after all."""
    if user.is_superuser:
        return list(Team.objects.values_list("id", flat=True))
    return list(user.teams.values_list("id", flat=True))


def leads_team(*, user_id: int | None) -> bool:
    """Whether this user is named as the supervisor of a team."""
    return Team.objects.filter(supervisors=user_id).exists()


def check_supervisor(user: User) -> None:
    """NotASupervisor unless this user looks after a team, or after everything."""
    if not user.is_superuser and not user.teams.exists():
        raise NotASupervisor("Only supervisors may do this.")


def supervised_agent(user: User, *, username: str) -> Agent:
    """An agent of this supervisor's teams, or NoSuchAgent; a superuser's are all."""
    mine = (
        Agent.objects.all() if user.is_superuser else Agent.objects.filter(team__supervisors=user)
    )
    found = mine.filter(user__username=username).first()
    if found is None:
        raise NoSuchAgent("There is no such agent in your teams.")
    return found
