"""The rows of commands: how they begin and end."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from calls.broadcast import announce
from calls.models import Call, Command

Refusal = tuple[str, str]  # a code for programs, a sentence for people


def keep(
    call: Call, kind: str, *, user_id: int | None, agent_id: int | None, body: dict[str, Any],
    patience: timedelta, now: datetime,
) -> Command:  # fmt: skip
    """A new command, pending for `patience` at most."""
    return Command.objects.create(
        key=secrets.token_hex(16),
        call=call,
        user_id=user_id,
        agent_id=agent_id,
        kind=kind,
        body=body,
        asked_at=now,
        give_up_at=now + patience,
    )


def settle(command: Command, refusal: Refusal | None, *, now: datetime) -> bool:
    """End a pending command, once. False when it had ended already."""
    code, words = refusal or ("", "")
    state = Command.State.FAILED if refusal else Command.State.DONE
    pending = Command.objects.filter(id=command.id, state=Command.State.PENDING)
    if not pending.update(state=state, error_code=code, error=words[:200], settled_at=now):
        return False
    command.state = state
    announce(agents=[command.agent_id])
    return True
