"""What the database knows of calls, in the shape callers want. Reads only."""

from calls.selectors.calls import call_of, call_row, calls_of
from calls.selectors.card import card
from calls.selectors.consoles import Circle, Pictures, Scene, circles, news, pictures, scenes
from calls.selectors.day import day
from calls.selectors.floor import (
    candidates,
    idle,
    overdue_entries,
    overdue_offers,
    unattended_offers,
    waiting_calls,
)
from calls.selectors.me import me
from calls.selectors.queues import queue_rows, queues_of

__all__ = [
    "Circle",
    "Pictures",
    "Scene",
    "call_of",
    "call_row",
    "calls_of",
    "candidates",
    "card",
    "circles",
    "day",
    "idle",
    "me",
    "news",
    "overdue_entries",
    "overdue_offers",
    "pictures",
    "queue_rows",
    "queues_of",
    "scenes",
    "unattended_offers",
    "waiting_calls",
]
