"""When our router has something to do next, in one look."""

from datetime import UTC, datetime

from django.db import connection

COLUMNS = (
    *(("calls_queueentry", name, "left_at IS NULL") for name in
      ("give_up_at", "announce_at", "choices_at", "retry_at", "preferred_until")),
    ("calls_offer", "ring_until", "state = 'pending'"),
    ("calls_instruction", "due_at", "state = 'waiting'"),
    ("calls_token", "free_at", "1 = 1"),
    ("agents_agent", "wrap_up_until", "1 = 1"),
    ("agents_agent", "no_offer_until", "1 = 1"),
)  # fmt: skip
NEXT = " UNION ALL ".join(
    f"SELECT MIN({column}) AS at FROM {table} WHERE {where} AND {column} > %s"  # noqa: S608
    for table, column, where in COLUMNS
)
WAITING = "SELECT EXISTS(SELECT 1 FROM calls_queueentry WHERE left_at IS NULL AND NOT is_virtual)"
LOOK = f"SELECT MIN(at), ({WAITING}) FROM ({NEXT}) AS deadlines"  # noqa: S608


def next_deadline(now: datetime) -> tuple[datetime | None, bool]:
    """The next instant that some column names, and whether anybody waits on the line."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, [now] * len(COLUMNS))
        at, waits = cursor.fetchone()
    if isinstance(at, str):  # SQLite keeps times as text
        at = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return at, bool(waits)
