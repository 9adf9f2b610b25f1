"""Which colleagues' calls agents who may coach can listen to, for their consoles."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef

from agents.models import Agent, AgentState, User
from agents.states import State
from calls.models import Call, Leg, Supervision
from calls.models.coaching import Asker
from calls.selectors.supervision import can_as, talks_of
from calls.states import LegState, OfferState

COACH = "agents.coach"  # the right to listen to calls of one's own team
RIGHTS = "django.contrib.auth.backends.ModelBackend"  # where rights are kept
Can = dict[str, str | None]  # by mode: null, or why not, in one sentence


def coaching(coaches: Collection[int], people: Collection[int]) -> dict[int, dict[int, Can]]:
    """By agent who may coach, and by each of these people who are in a call: what they may do.

    In a number of queries that does not grow.
    """
    if not coaches:
        return {}
    live = Leg.objects.filter(agent__in=people, offer__state=OfferState.ACCEPTED)
    pairs = dict(live.exclude(state=LegState.ENDED).values_list("agent", "call"))
    calls = Call.objects.filter(id__in=set(pairs.values()))
    talks = talks_of(calls) if pairs else {}
    return {
        asker.agent_id: {
            agent_id: can_as(asker, talks[call_id])
            for agent_id, call_id in pairs.items()
            if agent_id is not None and agent_id != asker.agent_id and call_id in talks
        }
        for asker in _askers(coaches)
        if asker.agent_id is not None
    }


def _askers(coaches: Collection[int]) -> list[Asker]:
    # The right may have been taken away since these consoles opened.
    with_right = User.objects.with_perm(COACH, backend=RIGHTS).filter(id=OuterRef("user"))
    agents: list[Any] = list(
        Agent.objects.filter(id__in=coaches)
        .select_related("user")
        .annotate(may_coach=Exists(with_right))
    )
    running = AgentState.objects.filter(agent__in=coaches, ended_at=None)
    states = dict(running.values_list("agent", "state"))
    live = Supervision.objects.filter(agent__in=coaches).exclude(state=Supervision.State.ENDED)
    listening = {one.agent_id: one for one in live}
    users = [agent.user_id for agent in agents]
    teams: dict[int, set[int]] = {
        agent.user_id: {agent.team_id} - {None} if agent.may_coach else set() for agent in agents
    }
    looked_after = User.teams.through.objects.filter(user__in=users)
    for user_id, team_id in looked_after.values_list("user_id", "team_id"):
        teams[user_id].add(team_id)
    return [
        Asker(
            agent_id=agent.id,
            state=State(states.get(agent.id, State.OFFLINE)),
            team_ids=frozenset(teams[agent.user_id]),
            is_for_all=agent.user.is_superuser,
            call_id=listening[agent.id].call_id if agent.id in listening else None,
            mode=listening[agent.id].mode if agent.id in listening else "",
            has_role=agent.may_coach or bool(teams[agent.user_id]),
        )
        for agent in agents
    ]
