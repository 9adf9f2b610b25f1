"""A call's row is the fold of its events. Pure: no Django, no I/O.

Every event carries the columns it changed, so the fold is one merge, in order of version.
"""

from collections.abc import Iterable, Mapping
from typing import Any

FOLDED = (
    "state", "outcome", "queue_id", "agent_id", "flow_version_id", "node", "attempt", "step",
    "room", "enqueued_at", "first_enqueued_at", "answered_at", "held_at", "ended_at", "hung_up_by",
)  # fmt: skip
KNOWN = frozenset(FOLDED)


def fold(changes: Iterable[tuple[int, Mapping[str, Any]]]) -> dict[str, Any]:
    """(version, changed columns) of one call, from 1 without a gap, merged into its row."""
    row: dict[str, Any] = {}
    expected = 1
    for version, changed in changes:
        if version != expected:
            raise ValueError(f"Event {expected} is missing; found {version}.")
        if not changed.keys() <= KNOWN:
            unknown = ", ".join(sorted(changed.keys() - KNOWN))
            raise ValueError(f"Event {version} changes {unknown}.")
        row |= changed
        expected += 1
    return row | {"version": expected - 1}
