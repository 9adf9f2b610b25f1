"""Who may listen to, coach or take over which call, and why not, for those who ask."""

from agents.models import User
from calls.models import Call
from calls.models.coaching import (
    MODES,
    NO_ROLE,
    Asker,
    Talk,
    asker_of,
    is_theirs,
    obstacle,
    talks_of,
)

NOT_YOURS = "This call is not of your teams."
__all__ = ["MODES", "Asker", "Talk", "asker_of", "can", "can_as", "talks_of"]


def can(user: User, call: Call) -> dict[str, str | None]:
    """For each mode null, or in one sentence why this user may not now."""
    return can_as(asker_of(user), talks_of([call])[call.id])


def can_as(asker: Asker, talk: Talk) -> dict[str, str | None]:
    """The same of rows that were read before, for those who show many calls at once."""
    if not asker.has_role:
        return dict.fromkeys(MODES, NO_ROLE)
    if not is_theirs(asker, talk):
        return dict.fromkeys(MODES, NOT_YOURS)
    found = {mode: obstacle(asker, talk, mode) for mode in MODES}
    return {mode: one.words if one else None for mode, one in found.items()}
