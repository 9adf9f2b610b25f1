"""What an agent is doing, why, until when, and what follows."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from agents.models import Agent, AgentState, StateReason
from agents.states import State

HELD = (State.OFFERED, State.BUSY, State.WRAP_UP)


class Reasons:
    """What is known of the reasons of these states; one look at most."""

    def __init__(self, states: Iterable[AgentState]) -> None:
        codes = {row.reason for row in states} - {""}
        known = StateReason.objects.filter(code__in=codes) if codes else ()
        self._known = {reason.code: reason for reason in known}

    def label(self, code: str) -> str | None:
        return self._known[code].label if code in self._known else None

    def limit(self, running: AgentState) -> datetime | None:
        """When it will have lasted as long as it should; None where there is no limit."""
        reason = self._known.get(running.reason)
        if reason is None or reason.max_seconds is None:
            return None
        return running.started_at + timedelta(seconds=reason.max_seconds)


def standing(agent: Agent, running: AgentState | None, reasons: Reasons) -> dict[str, Any]:
    since = running and running.started_at
    running = running or AgentState(state=State.OFFLINE)
    follows = running.state in HELD and agent.choice != State.AVAILABLE
    since_idle = agent.idle_since or since
    return {
        "id": agent.id,
        "name": str(agent),
        "state": running.state,
        "reason": running.reason or None,
        "reason_label": reasons.label(running.reason),
        "actor": running.actor or None,
        "since": since,
        "idle_since": since_idle if running.state == State.AVAILABLE else None,
        "limit_at": reasons.limit(running),
        "next_state": agent.choice if follows else None,
        "next_reason": (agent.choice_reason or None) if follows else None,
        "wrap_up_until": agent.wrap_up_until,
        "no_offer_until": agent.no_offer_until,
    }
