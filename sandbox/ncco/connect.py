"""The connect action: a second leg in the conversation of the first."""

from __future__ import annotations

import asyncio
from functools import partial

from sandbox.account.store import Account
from sandbox.audio import Audio
from sandbox.legs.leg import Kind, Leg
from sandbox.legs.ringing import Ringing
from sandbox.legs.switch import Order, Switch
from sandbox.limits import Limits
from sandbox.ncco.fetching import Fetching
from sandbox.ncco.sound import endless
from sandbox.ncco.validation import Action
from sandbox.webhooks.hooks import Hook
from sandbox.webhooks.sender import Delivery


class Refused(Exception):
    """A connect that is not set up; the sentence goes into an error event."""


class Connecting:
    """Rings one endpoint and bridges it; both legs end when one of them does."""

    def __init__(
        self, account: Account, switch: Switch, ringing: Ringing, fetching: Fetching, audio: Audio,
        limits: Limits,
    ) -> None:  # fmt: skip
        self.account = account
        self.switch = switch
        self.ringing = ringing
        self.fetching = fetching
        self.audio = audio
        self.limits = limits

    async def run(self, leg: Leg, action: Action, hook: Hook | None) -> list[Action] | None:
        """Nothing when nobody answered; with a synchronous eventType its reply may be an NCCO."""
        order = self._order(leg, action, hook)
        if not self.limits.admit_setup():
            raise Refused("Rate limit hit: too many call set-ups.")
        other = self.switch.open(order)
        verdict: asyncio.Future[Delivery] = asyncio.get_running_loop().create_future()
        synchronous = action.get("eventType") == "synchronous" and hook is not None
        if synchronous:
            other.outcome_answered = partial(_settle, verdict)
        try:
            if await self._ring(leg, other, action):
                await self._bridge(leg, other)
                return None
        finally:
            self.switch.end(other, "platform")
        if not synchronous or hook is None:
            return None
        return await self.fetching.read(leg, hook, await verdict, "event")

    async def _ring(self, leg: Leg, other: Leg, action: Action) -> bool:
        if "ringbackTone" in action:
            samples = await self.audio.file(action["ringbackTone"])
            leg.player.play_music(f"music:{action['ringbackTone']}", endless(samples))
        # A task of the other leg, so that hanging it up ends the ringing.
        timeout = int(action.get("timeout", 60))
        ring = other.tasks.spawn(self.ringing.ring(other, timeout))
        await asyncio.wait({ring})
        leg.player.stop_music()
        if ring.cancelled() or not ring.result():
            return False
        self.ringing.limit(other, int(action.get("limit", 7200)))
        return True

    async def _bridge(self, leg: Leg, other: Leg) -> None:
        self.switch.answer(leg)
        if other.conversation is not None and other.membership is not None:
            other.conversation.start()
            other.conversation.note_texts()
            self.switch.reports.joined(other, other.membership)
        await other.ended.wait()
        self.switch.end(leg, "platform")

    def _order(self, leg: Leg, action: Action, hook: Hook | None) -> Order:
        endpoint = action["endpoint"][0]
        kind: Kind = "app" if endpoint["type"] == "app" else "phone"
        if endpoint["type"] not in {"app", "phone"} or "onAnswer" in endpoint:
            raise Refused(f"connect to {endpoint['type']} is not offered by the sandbox.")
        caller = action.get("from") or (leg.caller if kind == "app" else "")
        if action.get("randomFromNumber"):
            caller = next(iter(self.account.numbers), "")
        if kind == "phone" and caller not in self.account.numbers:
            raise Refused("from must be one of the account's numbers.")
        called = endpoint["user"] if kind == "app" else endpoint["number"]
        return Order(kind, "outbound", leg.application_id, caller, called, hook, leg.conversation)


def _settle(verdict: asyncio.Future[Delivery], reply: Delivery) -> None:
    if not verdict.done():
        verdict.set_result(reply)
