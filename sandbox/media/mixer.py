"""The mixer: every 20 ms it gives each leg the others' voices, and its own prompt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import numpy as np

from sandbox.media.ear import Ear
from sandbox.media.frames import SECONDS, SILENCE, Frame
from sandbox.media.sources import Source

MOST_BEHIND = 10


@dataclass(eq=False)
class Port:
    """One leg's sound, both ways.

    `voice` is what the far party says, `prompt` what the platform plays to this leg alone.
    Nobody hears a muted one; an earmuffed one hears nobody, but still its prompt. `heard` gets
    every frame that it hears, `tapes` every frame that it says, silence included.
    """

    id: str
    voice: Source | None = None
    prompt: Source | None = None
    muted: bool = False
    earmuffed: bool = False
    ear: Ear = field(default_factory=Ear)
    prompt_ended: Callable[[], None] | None = None
    heard: Callable[[Frame], None] | None = None
    tapes: list[Callable[[Frame], None]] = field(default_factory=list)

    def play(self, source: Source | None, ended: Callable[[], None] | None = None) -> None:
        """Replace the prompt, whose `ended` is then not called.

        `ended` is called once, when the new one has played to its end.
        """
        self.prompt, self.prompt_ended = source, ended

    def speak(self) -> Frame | None:
        """The next frame of its voice; None when it says nothing."""
        frame = self.voice.next() if self.voice else None
        if frame is None:
            self.voice = None
        for tape in self.tapes:
            tape(SILENCE if frame is None or self.muted else frame)
        return frame

    def listen(self, conversation: Frame | None) -> None:
        """Hear a frame of the conversation (None: nothing of it) together with the prompt."""
        parts = [frame for frame in (conversation, self._next_of_prompt()) if frame is not None]
        frame: Frame = _total(parts).clip(-1, 1) if parts else SILENCE
        self.ear.append(frame)
        if self.heard is not None:
            self.heard(frame)

    def _next_of_prompt(self) -> Frame | None:
        frame = self.prompt.next() if self.prompt else None
        if self.prompt is not None and frame is None:
            ended = self.prompt_ended
            self.play(None)
            if ended is not None:
                ended()
        return frame


@dataclass(frozen=True)
class Lists:
    """Whom a port may be heard by, and whom it may hear, by id; None means everybody."""

    can_speak: frozenset[str] | None = None
    can_hear: frozenset[str] | None = None


EVERYBODY = Lists()


class Room:
    """The mixing room of one conversation; nobody hears anybody before it has started."""

    def __init__(self, id: str) -> None:  # noqa: A002 (ports and rooms are known by their id)
        self.id = id
        self.started = False
        self.ports: dict[str, Port] = {}
        self._lists: dict[str, Lists] = {}

    def join(
        self,
        port: Port,
        *,
        can_speak: frozenset[str] | None = None,
        can_hear: frozenset[str] | None = None,
    ) -> None:
        """Put a port in, or give one that is in new lists."""
        self.ports[port.id] = port
        self._lists[port.id] = Lists(can_speak, can_hear)

    def leave(self, port_id: str) -> None:
        """Take a port out; nothing happens if it is not in."""
        self.ports.pop(port_id, None)
        self._lists.pop(port_id, None)

    def hears(self) -> dict[str, list[str]]:
        """For each port the ids of those it hears now, by all the rules."""
        ports = self.ports.values()
        return {to.id: [by.id for by in ports if self._is_open(by, to)] for to in ports}

    def mix(self, voices: dict[str, Frame]) -> dict[str, Frame]:
        """What each port hears of the voices given by id; those who hear nothing are left out."""
        speakers = [port for port in self.ports.values() if port.id in voices and not port.muted]
        if not self.started or not speakers:
            return {}
        listeners = [port for port in self.ports.values() if not port.earmuffed]
        if any(lists != EVERYBODY for lists in self._lists.values()):
            return self._mix_by_lists(speakers, listeners, voices)
        return _mix_all(speakers, listeners, voices)

    def _mix_by_lists(
        self, speakers: list[Port], listeners: list[Port], voices: dict[str, Frame]
    ) -> dict[str, Frame]:
        paths = np.array(
            [[self._is_open(by, to) for by in speakers] for to in listeners], dtype=np.float32
        ).reshape(len(listeners), len(speakers))
        mixed = paths @ np.stack([voices[port.id] for port in speakers])
        return {port.id: frame for port, frame in zip(listeners, mixed, strict=True)}

    def _is_open(self, by: Port, to: Port) -> bool:
        if by is to or not self.started or by.muted or to.earmuffed:
            return False
        can_speak, can_hear = self._lists[by.id].can_speak, self._lists[to.id].can_hear
        return (can_speak is None or to.id in can_speak) and (can_hear is None or by.id in can_hear)


class Mixer:
    """All ports and rooms. A port that is in no room hears only its prompt.

    `underruns` counts the frames that were never made, because time ran ahead too far.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.ports: dict[str, Port] = {}
        self.rooms: dict[str, Room] = {}
        self.underruns = 0
        self._clock = clock
        self._sleep = sleep

    def tick(self) -> None:
        """One step of 20 ms for all; every voice goes on, whether anybody hears it or not."""
        ports = list(self.ports.values())
        voices = {port.id: frame for port in ports if (frame := port.speak()) is not None}
        heard: dict[str, Frame] = {}
        for room in self.rooms.values():
            heard |= room.mix(voices)
        for port in ports:
            port.listen(heard.get(port.id))

    async def run(self) -> None:
        """Tick in real time until cancelled; other tasks get a turn after every tick."""
        due = self._clock()
        while True:
            self.tick()
            due = self._skip_lost(due + SECONDS)
            await self._sleep(max(0.0, due - self._clock()))

    def _skip_lost(self, due: float) -> float:
        """When the next tick is due: more than ten frames behind, the oldest are given up."""
        lost = int((self._clock() - due) / SECONDS) - MOST_BEHIND
        if lost <= 0:
            return due
        self.underruns += lost
        return due + lost * SECONDS


def _mix_all(
    speakers: list[Port], listeners: list[Port], voices: dict[str, Frame]
) -> dict[str, Frame]:
    """Where nobody restricts: the total, for each without its own voice."""
    total = _total([voices[port.id] for port in speakers])
    own = {port.id for port in speakers}
    return {port.id: total - voices[port.id] if port.id in own else total for port in listeners}


def _total(frames: list[Frame]) -> Frame:
    # Twice as fast as np.sum for the few frames that there are.
    return sum(frames[1:], start=frames[0])
