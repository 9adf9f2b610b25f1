"""The record action: what the leg's far end says, in a file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import numpy as np

from sandbox.clock import Clock
from sandbox.files import File, Files
from sandbox.legs import events
from sandbox.legs.leg import Keypad, Leg
from sandbox.media.decode import FULL_SCALE
from sandbox.media.encode import CONTENT_TYPES, encode
from sandbox.media.frames import PER_SECOND, Frame
from sandbox.media.sources import Clip, Tone
from sandbox.media.spectrum import rms
from sandbox.ncco.sound import audible
from sandbox.ncco.validation import Action
from sandbox.region import Region
from sandbox.webhooks.hooks import Hook
from sandbox.webhooks.outbox import Letter, Post

LONGEST = 7200
QUIETEST_SPEECH = 0.01
BEEP_HZ, BEEP_FRAMES = 1000, 15
STOPS = ("endOnSilence", "endOnKey", "timeOut")


class Tape:
    """Takes a leg's voice down until there is a reason to stop, which sets `over`.

    Such a reason is `silence` seconds without speech, `longest` seconds in all, or that the leg
    is in another conversation. Seconds are those of the sound.
    """

    def __init__(self, leg: Leg, silence: int | None, longest: int, now: datetime) -> None:
        self.leg = leg
        self.began = now
        self.conversation_id = leg.conversation_id
        self.over = asyncio.Event()
        self._most = longest * PER_SECOND
        self._most_quiet = self._most if silence is None else silence * PER_SECOND
        self._frames: list[np.ndarray] = []
        self._quiet = 0

    def hear(self, frame: Frame) -> None:
        """The next 20 ms of the voice."""
        if self.over.is_set():
            return
        if self.leg.conversation_id != self.conversation_id:
            self.over.set()
            return
        self._frames.append((frame.clip(-1, 1) * FULL_SCALE).astype(np.int16))
        self._quiet = 0 if rms(frame) >= QUIETEST_SPEECH else self._quiet + 1
        if len(self._frames) >= self._most or self._quiet >= self._most_quiet:
            self.over.set()

    async def end_on(self, key: str, keypad: Keypad) -> None:
        """Stop when that key is pressed; others mean nothing."""
        while await keypad.next() != key:
            pass
        self.over.set()

    def samples(self) -> Frame:
        """All that was taken down."""
        if not self._frames:
            return audible(np.zeros(0, dtype=np.float32))
        return np.concatenate(self._frames).astype(np.float32) / np.float32(FULL_SCALE)


class Recorder:
    """Records legs, keeps the files, and tells the customer of each."""

    def __init__(self, post: Post, files: Files, region: Region, clock: Clock) -> None:
        self.post = post
        self.files = files
        self.region = region
        self.clock = clock

    async def run(self, leg: Leg, action: Action, hook: Hook | None) -> None:
        """Record to the end; where nothing is to stop it, go on at once and record the call."""
        if action.get("beepStart", False):
            await leg.player.perform(None, _beep())
        longest = action.get("timeOut", LONGEST)
        tape = Tape(leg, action.get("endOnSilence"), longest, self.clock.now())
        recording = self._record(tape, action, hook)
        if any(stop in action for stop in STOPS):
            await recording
        else:
            leg.tasks.spawn(recording)

    async def _record(self, tape: Tape, action: Action, hook: Hook | None) -> None:
        """The event is sent whatever ends it: a hang-up and a transfer cancel this."""
        leg = tape.leg
        leg.port.tapes.append(tape.hear)
        try:
            async with _listening(tape, action.get("endOnKey")):
                await tape.over.wait()
        finally:
            leg.port.tapes.remove(tape.hear)
            keep = self._keep(tape, _format(action), hook, self.clock.now())
            self.post.tasks.spawn(keep)

    async def _keep(self, tape: Tape, kind: str, hook: Hook | None, ended: datetime) -> None:
        leg = tape.leg
        content = await asyncio.to_thread(encode, tape.samples(), kind)
        identity = self.files.add(File(leg.application_id, content, CONTENT_TYPES[kind]))
        recorded = events.Recorded(identity, tape.conversation_id, tape.began, ended, len(content))
        if hook is not None:
            body = events.record_body(recorded, self.region.url, self.clock.now())
            leg.outbox.put(Letter(hook, body, "record", leg.application_id))


@asynccontextmanager
async def _listening(tape: Tape, key: str | None) -> AsyncIterator[None]:
    """Meanwhile that key ends the recording."""
    leg = tape.leg
    if key is None:
        yield
        return
    leg.keypad.listen()
    listener = leg.tasks.spawn(tape.end_on(key, leg.keypad))
    try:
        yield
    finally:
        listener.cancel()
        leg.keypad.close()


def _format(action: Action) -> str:
    default = "wav" if action.get("channels", 1) > 2 else "mp3"
    return str(action.get("format", default))


def _beep() -> Clip:
    tone = Tone(BEEP_HZ)
    return Clip(np.concatenate([tone.next() for _ in range(BEEP_FRAMES)]))
