"""Who looks at the floor, and whose floor it is to them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from agents.errors import NotASupervisor
from agents.models import Agent, User
from agents.states import State
from calls.models import WallLink
from calls.selectors.board.reading import Reading
from calls.selectors.board.terms import Floor, Row
from calls.selectors.board.views import Scope, scope_of
from calls.selectors.supervision import Asker


@dataclass(frozen=True, slots=True)
class Viewer:
    """A supervisor, who sees their teams' agents, or an operator, who sees all."""

    name: str
    agent_id: int | None
    team_ids: frozenset[int]
    is_for_all: bool

    @property
    def asker(self) -> Asker:
        """What they may do, but for what they are doing now."""
        return Asker(
            agent_id=self.agent_id,
            state=State.OFFLINE,
            team_ids=self.team_ids,
            is_for_all=self.is_for_all,
            call_id=None,
            mode="",
            has_role=True,
        )


def viewer(user: User) -> Viewer:
    """This user as a viewer, or NotASupervisor."""
    found = viewers({user.pk}).get(user.pk)
    if found is None:
        raise NotASupervisor("Only supervisors may see the floor.")
    return found


def viewers(user_ids: Collection[int]) -> dict[int, Viewer]:
    """Those of these users who may see the floor."""
    rights = Q(is_superuser=True) | Q(teams__isnull=False)
    users = User.objects.filter(rights, id__in=user_ids, is_active=True).distinct()
    pairs = User.teams.through.objects.filter(user__in=user_ids)
    teams: dict[int, set[int]] = {}
    for user_id, team_id in pairs.values_list("user_id", "team_id"):
        teams.setdefault(user_id, set()).add(team_id)
    agents = dict(Agent.objects.filter(user__in=user_ids).values_list("user", "id"))
    return {
        user.id: Viewer(
            user.get_full_name() or user.get_username(),
            agents.get(user.id),
            frozenset(teams.get(user.id, ())),
            user.is_superuser,
        )
        for user in users
    }


class Scopes:
    """Scopes of one reading; who looks after the same teams shares one."""

    def __init__(self, known: Reading, before: "Scopes | None" = None) -> None:
        """Scopes that are the same as `before` are the very same objects: quick to compare."""
        self._before = before._known if before else {}
        self._served = {agent_id: one.queues for agent_id, one in known.people.items()}
        self._queues = frozenset(known.queues)
        self._teams: dict[int | None, set[int]] = {}
        for agent_id, one in known.people.items():
            self._teams.setdefault(one.team_id, set()).add(agent_id)
        self._known: dict[frozenset[int] | None, Scope] = {}

    def of(self, team_ids: frozenset[int] | None) -> Scope:
        """Of these teams; None: of everything."""
        if team_ids not in self._known:
            made, old = self._make(team_ids), self._before.get(team_ids)
            self._known[team_ids] = old if old is not None and old == made else made
        return self._known[team_ids]

    def of_viewer(self, one: Viewer) -> Scope:
        return self.of(None if one.is_for_all else one.team_ids)

    def _make(self, team_ids: frozenset[int] | None) -> Scope:
        if team_ids is None:
            return Scope(frozenset(self._served), self._queues)
        theirs: set[int] = set().union(*(self._teams.get(one, ()) for one in team_ids))
        return scope_of(theirs, self._served)


@dataclass(frozen=True, slots=True)
class Wall:
    """A link for a wall that stands. No team: it shows the whole floor."""

    id: int
    name: str
    team_ids: frozenset[int] | None


def walls(link_ids: Collection[int]) -> dict[int, Wall]:
    """Those of these links that were not revoked."""
    rows = WallLink.objects.filter(id__in=link_ids, revoked_at=None)
    return {
        link_id: Wall(link_id, team or name, None if team_id is None else frozenset((team_id,)))
        for link_id, name, team_id, team in rows.values_list("id", "name", "team_id", "team__name")
    }


def me(one: Viewer, floor: Floor) -> Row:
    """The viewer, the call that they listen to, and what they do themselves."""
    agent_id = one.agent_id
    own = floor.supervising.get(agent_id) if agent_id is not None else None
    row = floor.agents.get(agent_id) if agent_id is not None else None
    shown = ("call", "leg", "mode", "state", "uuid", "phone_call", "since")
    return {
        "name": one.name,
        "agent_id": agent_id,
        "supervision": own and {name: own[name] for name in shown},
        "call": floor.talked.get(agent_id) if agent_id is not None else None,
        "wrap_up_until": row["wrap_up_until"] if row else None,
    }
