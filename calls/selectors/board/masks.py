"""Rows as a wall shows them to whoever passes: first names, no numbers, and no reasons."""

from calls.selectors.board.terms import Row
from calls.selectors.supervision import MODES

HIDDEN = "A wall only shows the floor."
SHOWN_DIGITS = 3


def agent(row: Row) -> Row:
    return row | {
        "username": "",
        "name": first_name(row["name"]),
        "reason": None,
        "reason_label": None,
        "limit_at": None,
        "next_state": None,
        "call_number": number(row["call_number"]),
        "supervised_by": [],
        "can": dict.fromkeys(MODES, HIDDEN),
    }


def wait(row: Row) -> Row:
    names = [first_name(one) for one in (row["offered_to"] or "").split(", ")]
    return row | {
        "number": number(row["number"]),
        "name": None,
        "offered_to": ", ".join(names) or None,
        "candidates": [one | {"name": first_name(one["name"])} for one in row["candidates"]],
        "why": None,
    }


def call(row: Row) -> Row:
    return row | {
        "number": number(row["number"]),
        "name": None,
        "agents": [first_name(one) for one in row["agents"]],
        "supervisions": [],
    }


def first_name(name: str) -> str:
    return name.split(" ", 1)[0]


def number(whole: str | None) -> str | None:
    """Only its last three digits."""
    return f"•••• {whole[-SHOWN_DIGITS:]}" if whole else None
