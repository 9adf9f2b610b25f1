"""Tells the customer's server what happens to legs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.account.store import Account
from sandbox.clock import Clock
from sandbox.legs import events, rtc
from sandbox.legs.conversations import Membership
from sandbox.legs.leg import Leg
from sandbox.legs.watching import Watcher
from sandbox.webhooks.hooks import Hook, event_hook, rtc_hook
from sandbox.webhooks.outbox import Letter, Post
from sandbox.webhooks.sender import Delivery

OUTCOMES = {"busy", "cancelled", "failed", "rejected", "timeout", "unanswered"}


class Reports:
    """Puts events into the legs' outboxes: a call's own event URL goes before the application's.

    Beside the webhooks `watchers` are told, those who run in this process.
    """

    def __init__(self, account: Account, post: Post, clock: Clock) -> None:
        self.account = account
        self.post = post
        self.clock = clock
        self.watchers: list[Watcher] = []

    def status(self, leg: Leg, status: str, extra: dict[str, Any] | None = None) -> None:
        """The leg has reached `status`."""
        now = self.clock.now()
        leg.status = status
        leg.history.append((status, now))
        answered = leg.outcome_answered if status in OUTCOMES else None
        body = events.status_body(leg, status, now, extra or {})
        self._put(leg, self.event_hook(leg), body, answered)
        if leg.membership is not None:
            self._rtc(leg, leg.membership, "leg:status:update", rtc.leg_status(leg))
        for watcher in self.watchers:
            watcher.reached(leg)

    def transfer(self, leg: Leg, old: str, new: str) -> None:
        body = events.transfer_body(leg, old, new, self.clock.now())
        self._put(leg, self.event_hook(leg), body)

    def error(self, leg: Leg, reason: str) -> None:
        body = events.error_body(leg, reason, self.clock.now())
        self._put(leg, self.event_hook(leg), body)

    def joined(self, leg: Leg, membership: Membership) -> None:
        self._rtc(leg, membership, "member:joined", rtc.joined(leg, membership, self.clock.now()))

    def left(self, leg: Leg, membership: Membership) -> None:
        self._rtc(leg, membership, "member:left", rtc.left(leg, membership, self.clock.now()))

    def hangup(self, leg: Leg, membership: Membership, sip_code: int) -> None:
        self._rtc(leg, membership, "rtc:hangup", rtc.hangup(leg, sip_code))

    def event_hook(self, leg: Leg) -> Hook | None:
        """Where events of this leg go."""
        application = self.account.applications.get(leg.application_id)
        return leg.event_hook or (event_hook(application) if application else None)

    def _put(
        self,
        leg: Leg,
        hook: Hook | None,
        body: dict[str, Any],
        answered: Callable[[Delivery], None] | None = None,
    ) -> None:
        if hook is not None:
            leg.outbox.put(Letter(hook, body, "event", leg.application_id, answered))

    def _rtc(self, leg: Leg, membership: Membership, word: str, body: dict[str, Any]) -> None:
        application = self.account.applications.get(leg.application_id)
        hook = rtc_hook(application) if application else None
        if hook is not None:
            whole = rtc.envelope(leg, membership, word, body, self.clock.now())
            leg.rtc_outbox.put(Letter(hook, whole, "rtc", leg.application_id))
