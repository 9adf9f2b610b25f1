"""A queue's settings as the admin's page sends them."""

from typing import Any


def rows(prefix: str, *given: dict[str, Any]) -> dict[str, Any]:
    """A formset of new rows."""
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(given):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


SETTINGS = {
    "strategy": "longest_idle",
    "priority": 0,
    "offer_seconds": 20,
    "wrap_up_seconds": 30,
    "max_wait_seconds": 600,
    "max_size": 200,
    "short_abandon_seconds": 5,
    "service_level_percent": 80,
    "service_level_seconds": 20,
    "prefer_last_agent_seconds": 0,
    "announce_every_seconds": 0,
    "choices_every_seconds": 0,
    "callback_tries": 3,
    "callback_retry_seconds": 900,
    **rows("requirements"),
    **rows("overflows"),
}
