"""Who takes which call. Pure: no Django, no clock, no I/O. Times are seconds, from any origin."""

from calls.routing.board import Board, assign
from calls.routing.explaining import Preview, explain, preview, reason
from calls.routing.rules import (
    FORMULA,
    PRIORITY_SECONDS,
    may_take,
    needs_in_force,
    obstacle,
    order_key,
    rank,
    score,
    sum_of,
)
from calls.routing.terms import Assignment, Candidate, Idle, Need, Waiting

__all__ = [
    "FORMULA",
    "PRIORITY_SECONDS",
    "Assignment",
    "Board",
    "Candidate",
    "Idle",
    "Need",
    "Preview",
    "Waiting",
    "assign",
    "explain",
    "may_take",
    "needs_in_force",
    "obstacle",
    "order_key",
    "preview",
    "rank",
    "reason",
    "score",
    "sum_of",
]
