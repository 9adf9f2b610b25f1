"""Callers who cannot wait in a queue, or not any longer: where they are sent instead.

`settle_overdue` runs a service for each number. The others run inside a service that holds the
call.
"""

from calls.services.overflow.numbers import (
    number_answers,
    number_ended,
    ring_number,
    settle_overdue,
)
from calls.services.overflow.speaking import graph_of
from calls.services.overflow.targets import (
    SAYING,
    admit,
    current_ncco,
    reason_of,
    said,
    send_on,
    step_into,
)

__all__ = [
    "SAYING",
    "admit",
    "current_ncco",
    "graph_of",
    "number_answers",
    "number_ended",
    "reason_of",
    "ring_number",
    "said",
    "send_on",
    "settle_overdue",
    "step_into",
]
