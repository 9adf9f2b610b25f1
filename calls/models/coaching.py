"""Who may listen to, coach or take over whose call. Rules that services and selectors share."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from agents.models import Agent, AgentState, User
from agents.states import STORED, State
from calls.models.call import Call, Leg
from calls.models.talk import Invitation, Supervision, Transfer
from calls.states import CallState, LegKind, LegState, OfferState

TAKE_OVER = "take_over"
MODES = (*Supervision.Mode.values, TAKE_OVER)
NO_ROLE = "Only supervisors, and agents who may coach, can listen to calls."
ALREADY: dict[str, str] = {
    Supervision.Mode.LISTEN: "You listen to this call already.",
    Supervision.Mode.WHISPER: "You coach this call already.",
    Supervision.Mode.BARGE: "Everybody in this call hears you already.",
}
HOLDING = {
    State.OFFERED: "A call rings at your phone; answer or decline it first.",
    State.BUSY: "You are in a call already; leave it first.",
    State.WRAP_UP: "Finish your wrap-up first.",
}


class Obstacle(NamedTuple):
    """Why not: `code` is that of a refusal, `words` are for people."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who may want to listen, and what they do now."""

    agent_id: int | None  # whose phone would ring; None: they have none
    state: State
    team_ids: frozenset[int]  # whose calls they may listen to
    is_for_all: bool
    call_id: int | None  # the call they listen to now
    mode: str
    has_role: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """What decides whether somebody may listen to a call."""

    call_id: int
    state: CallState
    is_over: bool
    is_internal: bool
    agent_ids: frozenset[int] = field(default_factory=frozenset)  # who take part, and stay
    team_ids: frozenset[int] = field(default_factory=frozenset)  # theirs
    is_consulting: bool = False  # its agent asks a colleague, apart from the customer
    is_moving: bool = False  # the customer is being handed on


def asker_of(user: User) -> Asker:
    """The user's rights, and where their phone is just now. Who is switched off has none."""
    agent = Agent.objects.filter(user=user).first()
    teams = set(user.teams.values_list("id", flat=True)) if user.is_active else set()
    is_for_all = user.is_superuser and user.is_active
    coaches = user.has_perm("agents.coach")
    if coaches and agent and agent.team_id:
        teams.add(agent.team_id)
    running = AgentState.objects.filter(agent=agent, ended_at=None).first() if agent else None
    live = Supervision.objects.exclude(state=Supervision.State.ENDED)
    own = live.filter(agent=agent).first() if agent else None
    return Asker(
        agent_id=agent.id if agent else None,
        state=State(running.state) if running else State.OFFLINE,
        team_ids=frozenset(teams),
        is_for_all=is_for_all,
        call_id=own.call_id if own else None,
        mode=own.mode if own else "",
        has_role=is_for_all or coaches or bool(teams),
    )


def talks_of(calls: Iterable[Call]) -> dict[int, Talk]:
    """The same facts of many calls, by call."""
    known = {call.id: call for call in calls}
    accepted = Leg.objects.filter(
        call__in=known, kind=LegKind.AGENT, offer__state=OfferState.ACCEPTED, on_purpose=False
    )
    rows = accepted.exclude(state=LegState.ENDED).order_by()
    agents: dict[int, set[int]] = defaultdict(set)
    teams: dict[int, set[int]] = defaultdict(set)
    for call_id, agent_id, team_id in rows.values_list("call", "agent", "agent__team"):
        agents[call_id].add(agent_id)
        teams[call_id] |= {team_id} - {None}
    consults = Invitation.objects.filter(
        call__in=known, kind=Invitation.Kind.CONSULT, merged_at=None
    ).exclude(state=Invitation.State.ENDED)
    consulting = set(consults.values_list("call", flat=True))
    transfers = Transfer.objects.filter(call__in=known, state=Transfer.State.MOVING)
    moving = set(transfers.values_list("call", flat=True))
    return {
        call.id: Talk(
            call_id=call.id,
            state=CallState(call.state),
            is_over=call.state == CallState.ENDED or bool(call.hung_up_by),
            is_internal=call.direction == Call.Direction.INTERNAL,
            agent_ids=frozenset(agents[call.id]),
            team_ids=frozenset(teams[call.id]),
            is_consulting=call.id in consulting,
            is_moving=call.id in moving,
        )
        for call in known.values()
    }


def is_theirs(asker: Asker, talk: Talk) -> bool:
    """Whether it is a call of an agent whom they may listen to, or their own."""
    is_own = asker.agent_id in talk.agent_ids
    return asker.is_for_all or is_own or bool(asker.team_ids & talk.team_ids)


def obstacle(asker: Asker, talk: Talk, mode: str) -> Obstacle | None:
    """What stands in the way of this mode in a call that is theirs; None: nothing."""
    return _of_asker(asker, talk, mode) or obstacle_of(talk, mode)


def obstacle_of(talk: Talk, mode: str) -> Obstacle | None:
    """The same as far as the call decides, whoever asks."""
    speaks = mode in {Supervision.Mode.BARGE, TAKE_OVER}
    return _of_talk(talk) or (_of_speaking(talk, mode) if speaks else None)


def _of_asker(asker: Asker, talk: Talk, mode: str) -> Obstacle | None:
    if asker.agent_id is None:
        words = "You have no phone here: ask for an agent to be made for your log-in."
        return Obstacle("not_allowed", words)
    if asker.agent_id in talk.agent_ids:
        return Obstacle("not_allowed", "This is a call of your own.")
    if asker.call_id == talk.call_id:
        return Obstacle("call_gone", ALREADY[asker.mode]) if mode == asker.mode else None
    if asker.call_id is not None:
        return Obstacle("agent_busy", "You listen to another call; leave it first.")
    if asker.state not in STORED:
        return Obstacle("agent_busy", HOLDING[asker.state])
    return None


def _of_talk(talk: Talk) -> Obstacle | None:
    if talk.is_over:
        return Obstacle("call_gone", "This call is over.")
    if talk.state == CallState.DIALING:
        return Obstacle("call_gone", "This call has not been answered yet.")
    if talk.state not in {CallState.CONNECTED, CallState.HELD} or not talk.agent_ids:
        return Obstacle("call_gone", "Nobody talks in this call just now.")
    return None


def _of_speaking(talk: Talk, mode: str) -> Obstacle | None:
    """The customer must be there to hear whoever barges in, or has the call from now on."""
    if talk.state == CallState.HELD:
        return Obstacle("not_allowed", "The customer is on hold; wait until they are back.")
    if mode == TAKE_OVER and talk.is_consulting:
        return Obstacle("not_allowed", "A colleague is being consulted; wait until that is over.")
    if mode == TAKE_OVER and talk.is_moving:
        return Obstacle("call_gone", "This call is being transferred.")
    if mode == TAKE_OVER and talk.is_internal:
        return Obstacle("not_allowed", "A call between colleagues cannot be taken over.")
    return None
