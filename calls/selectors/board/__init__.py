"""The floor: queues, who waits, agents and calls, as supervisors and walls see them."""

from calls.selectors.board.reading import Reading, floor_of, look_ahead, read, reread
from calls.selectors.board.terms import Floor
from calls.selectors.board.viewers import Scopes, Viewer, Wall, me, viewer, viewers, walls
from calls.selectors.board.views import (
    Changes,
    Scope,
    View,
    alert_rows,
    changes,
    delta,
    other_view,
    totals,
    view_of,
    whole,
)

__all__ = [
    "Changes",
    "Floor",
    "Reading",
    "Scope",
    "Scopes",
    "View",
    "Viewer",
    "Wall",
    "alert_rows",
    "changes",
    "delta",
    "floor_of",
    "look_ahead",
    "me",
    "other_view",
    "read",
    "reread",
    "totals",
    "view_of",
    "viewer",
    "viewers",
    "walls",
    "whole",
]
