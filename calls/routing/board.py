"""Calls that wait and agents who are idle, indexed so that an assignment costs no scan."""

from collections.abc import Iterable
from heapq import heapify, heappop, heappush, heapreplace

from calls.routing.kinds import SLACK, Kind, Spot
from calls.routing.rules import may_take, needs_in_force, next_change, only_agent, order_key
from calls.routing.terms import Assignment, Idle, Need, Waiting
from calls.states import Strategy

Head = tuple[Spot, Kind | None]  # no kind: a call for one agent alone


class Board:
    """What the router knows at one time, or a simulation through all of its time.

    The times given to `assign` never go back.
    """

    def __init__(self) -> None:
        self._serial = 0
        self._calls: dict[int, Waiting] = {}
        self._placed: dict[int, int] = {}  # entry → serial of the place that counts
        self._fresh: dict[int, Waiting] = {}  # not placed yet, for that depends on the time
        self._ringing: dict[int, Waiting] = {}  # ring all: they ring somebody, and would ring more
        self._relaxing: list[tuple[float, int, int]] = []  # instant, entry, serial
        self._idle: dict[int, tuple[Idle, int]] = {}  # with the serial of their places that count
        self._kinds: dict[object, Kind] = {}
        self._kinds_of: dict[object, list[Kind]] = {}  # queues and skills → what they may take
        self._alike: dict[object, Idle] = {}  # … → some agent who has them
        self._own: dict[int, set[int]] = {}  # agent → entries that are for them alone
        # Where a call or an agent has come since the last look: elsewhere nobody can be found.
        self._hot: set[Kind] = set()
        self._hot_own: set[int] = set()

    def wait(self, call: Waiting) -> None:
        """The call waits; also again, after an offer came to nothing."""
        self.leave(call.entry_id)
        (self._ringing if call.rung else self._fresh)[call.entry_id] = call

    def leave(self, entry_id: int) -> None:
        """The call does not wait any more."""
        if self._calls.pop(entry_id, None):
            del self._placed[entry_id]
        self._fresh.pop(entry_id, None)
        self._ringing.pop(entry_id, None)

    def ready(self, agent: Idle) -> None:
        """The agent may be given a call from now on."""
        self._serial += 1
        self._idle[agent.agent_id] = (agent, self._serial)
        crowd = 2 * len(self._idle) + SLACK
        plain = (0.0, agent.idle_since, agent.agent_id, self._serial)
        for kind in self._kinds_for(agent):
            agents = kind.agents
            heappush(agents, plain if kind.is_plain else kind.place(agent, self._serial))
            if len(agents) > crowd:
                kind.fill(self._idle)
            if kind.calls:
                self._hot.add(kind)
        if agent.agent_id in self._own:
            self._hot_own.add(agent.agent_id)

    def busy(self, agent_id: int) -> None:
        """The agent may not be given a call any more."""
        self._idle.pop(agent_id, None)

    def assign(self, now: float, limit: int | None = None) -> list[Assignment]:
        """Give waiting calls to idle agents, at most `limit`; both leave the board.

        The calls go by their score; each gets the first idle agent by its own strategy. Agents who
        are left are then rung by the calls that ring everybody.
        """
        self._place_all(now)
        if not self._idle:
            self._cool()
            return []
        room = len(self._idle) if limit is None else min(limit, len(self._idle))
        ringing = list(self._ringing.values())
        found: list[Assignment] = []
        heads = self._heads(now)
        while heads and len(found) < room:
            pair = self._take_next(heads, now)
            if pair:
                call, agent = pair
                found.append(Assignment(call.entry_id, agent.agent_id))
                if call.strategy == Strategy.RING_ALL:
                    ringing.append(call)
        if len(found) < room:
            ringing.sort(key=lambda call: (order_key(call), call.entry_id))
            for call in ringing:
                found += self._ring_all(call, now, room - len(found))
        if not self._idle:
            self._cool()
        return found

    def _cool(self) -> None:
        """Nobody is idle, so until somebody is there is nothing to look at."""
        self._hot.clear()
        self._hot_own.clear()

    # Where calls and agents are ------------------------------------------------------------

    def _kinds_for(self, agent: Idle) -> list[Kind]:
        alike = (agent.queue_ids, frozenset(agent.skills.items()))
        kinds = self._kinds_of.get(alike)
        if kinds is None:
            self._alike[alike] = agent
            kinds = [kind for kind in self._kinds.values() if kind.accepts(agent)]
            self._kinds_of[alike] = kinds
        return kinds

    def _kind_of(self, call: Waiting, needs: tuple[Need, ...]) -> Kind:
        """The kind of a call of which these needs are in force."""
        skills = tuple([(need.skill_id, need.level) for need in needs]) if needs else ()
        key = (call.queue_id, call.strategy, skills)
        kind = self._kinds.get(key)
        if kind is None:
            kind = self._kinds[key] = Kind(call.queue_id, call.strategy, needs)
            kind.fill(self._idle)
            for alike, agent in self._alike.items():
                if kind.accepts(agent):
                    self._kinds_of[alike].append(kind)
        return kind

    def _place_all(self, now: float) -> None:
        """Put every call where it belongs at this time: the new ones, and those relaxing now."""
        if self._fresh:
            fresh, self._fresh = self._fresh, {}
            for call in fresh.values():
                self._place(call, now)
        while self._relaxing and self._relaxing[0][0] <= now:
            _, entry_id, serial = heappop(self._relaxing)
            if self._placed.get(entry_id) == serial:
                self._place(self._calls[entry_id], now)

    def _place(self, call: Waiting, now: float) -> None:
        entry_id = call.entry_id
        self._serial += 1
        self._calls[entry_id], self._placed[entry_id] = call, self._serial
        only = only_agent(call, now)
        if only is None:
            kind = self._kind_of(call, needs_in_force(call, now) if call.needs else ())
            heappush(kind.calls, (order_key(call), entry_id, self._serial))
            self._hot.add(kind)
        else:
            self._own.setdefault(only, set()).add(entry_id)
            self._hot_own.add(only)
        instant = next_change(call, now) if call.needs or call.is_kept else None
        if instant is not None:
            heappush(self._relaxing, (instant, entry_id, self._serial))

    # Who takes what ------------------------------------------------------------------------

    def _heads(self, now: float) -> list[Head]:
        """The oldest call of everything that has to be looked at, as a heap."""
        heads: list[Head] = []
        for agent_id in tuple(self._hot_own):
            own = self._first_own(agent_id, now)
            if own:
                heads.append(((order_key(own), own.entry_id, 0), None))
            else:
                self._hot_own.discard(agent_id)
        placed = self._placed
        for kind in tuple(self._hot):
            first = kind.first_call(placed)
            if first:
                heads.append((first, kind))
            else:
                self._hot.discard(kind)
        if len(heads) > 1:
            heapify(heads)
        return heads

    def _first_own(self, agent_id: int, now: float) -> Waiting | None:
        """The oldest of the calls that are for this idle agent alone."""
        entries = self._own.pop(agent_id, set())
        known = [self._calls[entry_id] for entry_id in entries if entry_id in self._calls]
        own = [call for call in known if only_agent(call, now) == agent_id]
        if own:
            self._own[agent_id] = {call.entry_id for call in own}
        ready = self._idle.get(agent_id)
        may = [call for call in own if ready and may_take(call, ready[0], now)]
        return min(may, key=lambda call: (order_key(call), call.entry_id), default=None)

    def _take_next(self, heads: list[Head], now: float) -> tuple[Waiting, Idle] | None:
        """Take the oldest call and an agent for it off the board; None: nobody was left for it."""
        (_, entry_id, _), kind = heads[0]
        call = self._calls[entry_id]
        agent = self._choose(call, kind, now)
        if agent:
            self.leave(entry_id)
            self.busy(agent.agent_id)
        following = kind.first_call(self._placed) if kind and agent else None
        if kind and following:
            heapreplace(heads, (following, kind))
        else:
            heappop(heads)
        if kind and not following:
            self._hot.discard(kind)
        return (call, agent) if agent else None

    def _choose(self, call: Waiting, kind: Kind | None, now: float) -> Idle | None:
        """The first agent for a call, of those who are idle."""
        first = call.agent_id if kind is None and call.agent_id else call.preferred_agent_id
        ready = None if first is None else self._idle.get(first)
        is_first = kind is None or now < call.preferred_until
        if ready and is_first and may_take(call, ready[0], now):
            return ready[0]
        return kind.first_agent(call, self._idle) if kind else None

    def _ring_all(self, call: Waiting, now: float, room: int) -> list[Assignment]:
        """Everybody who is left for a call that rings all, at most `room`."""
        is_open = only_agent(call, now) is None
        kind = self._kind_of(call, needs_in_force(call, now)) if is_open else None
        found: list[Assignment] = []
        while len(found) < room and (agent := self._choose(call, kind, now)):
            self.busy(agent.agent_id)
            found.append(Assignment(call.entry_id, agent.agent_id))
        if found:
            self.leave(call.entry_id)
        return found


def assign(
    waiting: Iterable[Waiting], idle: Iterable[Idle], *, now: float, limit: int | None = None
) -> list[Assignment]:
    """What a board with these calls and agents assigns."""
    board = Board()
    for call in waiting:
        board.wait(call)
    for agent in idle:
        board.ready(agent)
    return board.assign(now, limit)
