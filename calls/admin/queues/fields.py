"""The page of a queue, in the order in which a supervisor thinks of it."""

from typing import Any

# Computed from a queue that is there already.
ADDED_LATER = ("now", "caller_now", "ways", "formula", "estimate_error", "order")
FIELDSETS: list[tuple[str | None, dict[str, Any]]] = [
    (None, {"fields": ["name", "caller_now"]}),
    ("Who serves it", {"fields": ["members"]}),
    (
        "How calls are given out",
        {
            "fields": [
                *("strategy", "order", "priority", "formula", "offer_seconds"),
                "prefer_last_agent_seconds",
            ],
            "description": "Skills that its calls need are at the end of this page.",
        },
    ),
    (
        "When it is open",
        {
            "fields": ["now", "schedule", "is_emergency_closed"],
            "description": "To close a queue at once without opening its page, choose it in the "
            "list of queues.",
        },
    ),
    (
        "Waiting",
        {
            "fields": ["max_wait_seconds", "max_size", "music_url"],
            "description": "Calls that wait already keep the times they began with.",
        },
    ),
    (
        "Announcements",
        {
            "fields": [
                *("announce_every_seconds", "announces_position", "announces_wait"),
                *("estimate_error", "comfort_messages"),
            ],
            "classes": ["collapse"],
        },
    ),
    (
        "Other ways than waiting",
        {
            "fields": [
                *("choices_every_seconds", "offers_callback", "offers_voicemail"),
                *("callback_tries", "callback_retry_seconds"),
            ],
            "classes": ["collapse"],
        },
    ),
    (
        "Callers who cannot wait",
        {
            "fields": ["ways"],
            "description": "Their ways are chosen at the end of this page. The way for the very "
            "reason decides, else the one for any other reason, else the flow's own way out.",
        },
    ),
    (
        "In the call",
        {
            "fields": ["screen_pop_url", "returns_to_agent"],
            "description": "What is put in for a name in braces is quoted. The console opens the "
            "address only when the agent presses its button.",
        },
    ),
    (
        "After the call",
        {
            "fields": [
                *("wrap_up_seconds", "dispositions", "is_disposition_required"),
                "survey_question",
            ],
        },
    ),
    (
        "Targets",
        {
            "fields": [
                *("service_level_percent", "service_level_seconds", "short_abandon_seconds"),
            ],
            "description": "They change how reports count, not who is served.",
            "classes": ["collapse"],
        },
    ),
]
