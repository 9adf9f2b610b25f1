"""Who may still look at the floor: log-ins, supervisors and links for walls end."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from agents.sessions import logged_in
from calls.consumers.hub import LOGGED_OUT
from calls.selectors import board
from calls.selectors.board import Viewer, Wall

NOT_A_SUPERVISOR = 4403


@dataclass(frozen=True, slots=True)
class Rights:
    """Sessions that stand, supervisors by user, and walls by link."""

    sessions: Collection[str]
    viewers: Mapping[int, Viewer]
    walls: Mapping[int, Wall]

    def of(
        self, user_id: int | None, session_key: str | None, wall_id: int | None
    ) -> Viewer | Wall | int:
        """Who looks, or the code with which their socket is closed."""
        if wall_id is not None:
            return self.walls.get(wall_id, LOGGED_OUT)
        if user_id is None or session_key not in self.sessions:
            return LOGGED_OUT
        return self.viewers.get(user_id, NOT_A_SUPERVISOR)


def rights_of(
    *, sessions: Mapping[str | None, int], walls: Collection[int], now: datetime
) -> Rights:
    """`sessions`: the user of each. Links that were revoked are not among the walls."""
    return Rights(
        logged_in(session_keys=list(sessions), now=now) if sessions else (),
        board.viewers(set(sessions.values())) if sessions else {},
        board.walls(walls) if walls else {},
    )
