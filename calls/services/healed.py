"""What was healed is kept, for people to see."""

from datetime import datetime

from calls.models import Call, Healing


def note(
    kind: str, words: str, *, call: Call | None = None, agent_id: int | None = None, now: datetime
) -> None:
    """Keep that something was healed; inside the service that did it."""
    Healing.objects.create(at=now, kind=kind, call=call, agent_id=agent_id, words=words)
