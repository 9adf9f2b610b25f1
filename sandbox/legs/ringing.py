"""Rings the far end of an outbound leg until one of five things happens."""

from __future__ import annotations

from sandbox.clock import Clock
from sandbox.endpoints.far_end import Directory, FarEnd
from sandbox.legs.events import BUSY, DECLINED, FAILED, TIMEOUT, UNAVAILABLE
from sandbox.legs.leg import Leg
from sandbox.legs.switch import Switch

REFUSALS = {"busy": ("user", BUSY), "rejected": ("user", DECLINED), "failed": ("platform", FAILED)}


class Ringing:
    """Asks the directory who is there, and reports how it went."""

    def __init__(self, switch: Switch, directory: Directory, clock: Clock) -> None:
        self.switch = switch
        self.directory = directory
        self.clock = clock

    async def ring(self, leg: Leg, seconds: int) -> bool:
        """Whether the leg was answered; if not, it has ended."""
        far_end = self.directory.far_end(leg)
        if not far_end.reachable:
            self.switch.end(leg, "platform", UNAVAILABLE)
            return False
        self.switch.ring(leg)
        try:
            async with self.clock.timeout(seconds):
                verdict = await far_end.ring(leg)
        except TimeoutError:
            self.switch.end(leg, "platform", TIMEOUT)
            return False
        if verdict != "answered":
            self.switch.end(leg, *REFUSALS[verdict])
            return False
        self._connect(leg, far_end)
        return True

    def limit(self, leg: Leg, seconds: int) -> None:
        """End the leg when it has lasted `seconds`."""
        leg.tasks.spawn(self._end_after(leg, seconds))

    async def _end_after(self, leg: Leg, seconds: int) -> None:
        await self.clock.sleep(seconds)
        self.switch.end(leg, "platform")

    def _connect(self, leg: Leg, far_end: FarEnd) -> None:
        far_end.connected(leg)
        self.switch.answer(leg)
