"""Events wait here: those of one leg go out one after another, different legs side by side."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.tasks import Tasks
from sandbox.webhooks.hooks import Hook
from sandbox.webhooks.sender import Delivery, Sender

HELD_BACK = 1.0


@dataclass(frozen=True)
class Letter:
    """One webhook to send; `answered` gets what became of it."""

    hook: Hook
    body: dict[str, Any]
    kind: str
    application_id: str
    answered: Callable[[Delivery], None] | None = None


class Post:
    """Makes the outboxes, and knows when all of them are empty."""

    def __init__(self, sender: Sender, faults: Faults, clock: Clock) -> None:
        self.sender = sender
        self.faults = faults
        self.clock = clock
        self.tasks = Tasks("the webhook post")

    def outbox(self) -> Outbox:
        return Outbox(self)

    async def drained(self, patience: float) -> None:
        """Wait until everything is sent, at most `patience` seconds."""
        await self.tasks.wait(patience)


class Outbox:
    """The queue of one leg; nobody waits for it."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self._waiting: deque[Letter] = deque()
        self._more = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None

    def put(self, letter: Letter) -> None:
        """Send `letter` after those before it."""
        self._waiting.append(letter)
        self._more.set()
        if self._worker is None or self._worker.done():
            self._worker = self.post.tasks.spawn(self._work())

    async def _work(self) -> None:
        while self._waiting:
            letter = self._waiting.popleft()
            if self._strikes("reorder", letter):
                await self._overtaken()
            await self._deliver(letter)

    async def _overtaken(self) -> None:
        """Let the next letter go first, if one comes soon."""
        self._more.clear()
        if not self._waiting:
            try:
                async with self.post.clock.timeout(HELD_BACK):
                    await self._more.wait()
            except TimeoutError:
                return
        await self._deliver(self._waiting.popleft())

    async def _deliver(self, letter: Letter) -> None:
        if self._strikes("drop", letter):
            return
        times = 2 if self._strikes("duplicate", letter) else 1
        for _ in range(times):
            delivery = await self.post.sender.send(
                letter.hook,
                letter.body,
                kind=letter.kind,
                application_id=letter.application_id,
            )
            if letter.answered is not None:
                letter.answered(delivery)

    def _strikes(self, fault: str, letter: Letter) -> bool:
        """Only plain events are lost, doubled or overtaken: a reply depends on none of them."""
        plain = letter.answered is None and letter.kind in {"event", "record", "rtc"}
        return plain and self.post.faults.strikes(getattr(self.post.faults.plan, fault))
