"""What the database knows of calls, in the shape callers want. Reads only."""

from calls.selectors.calls import (
    call_of,
    call_rows,
    calls_of,
    is_led_by,
    led_call_of,
    of_agent,
)
from calls.selectors.card import card
from calls.selectors.commands import asker_of, command_of, command_row
from calls.selectors.consoles import Circle, Pictures, Scene, circles, news, pictures, scenes
from calls.selectors.customers import customer_named, customers_like
from calls.selectors.day import day
from calls.selectors.deadlines import (
    Due,
    callbacks_due,
    due,
    overdue_entries,
    overdue_offers,
    unattended_offers,
)
from calls.selectors.dialling import dial, recent_numbers
from calls.selectors.floor import (
    candidates,
    could_pair,
    idle,
    kept_back,
    ready_floor,
)
from calls.selectors.invariants import INVARIANTS, Violation, violations
from calls.selectors.log import rebuild
from calls.selectors.me import me
from calls.selectors.previews import Routing, names_of_agents, routing_of
from calls.selectors.queues import queue_named, queue_rows, queues_of
from calls.selectors.steps import steps_of
from calls.selectors.targets import targets
from calls.selectors.todo import sound_of, todo, voicemail_of, voicemail_row, voicemails_of

__all__ = [
    "INVARIANTS",
    "Circle",
    "Due",
    "Pictures",
    "Routing",
    "Scene",
    "Violation",
    "asker_of",
    "call_of",
    "call_rows",
    "callbacks_due",
    "calls_of",
    "candidates",
    "card",
    "circles",
    "command_of",
    "command_row",
    "could_pair",
    "customer_named",
    "customers_like",
    "day",
    "dial",
    "due",
    "idle",
    "is_led_by",
    "kept_back",
    "led_call_of",
    "me",
    "names_of_agents",
    "news",
    "of_agent",
    "overdue_entries",
    "overdue_offers",
    "pictures",
    "queue_named",
    "queue_rows",
    "queues_of",
    "ready_floor",
    "rebuild",
    "recent_numbers",
    "routing_of",
    "scenes",
    "sound_of",
    "steps_of",
    "targets",
    "todo",
    "unattended_offers",
    "violations",
    "voicemail_of",
    "voicemail_row",
    "voicemails_of",
]
