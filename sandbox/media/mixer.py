"""Who hears whom: N-1 mixing in rooms, with everything that forbids hearing."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import numpy as np

from sandbox.media.ear import Ear
from sandbox.media.frames import SECONDS, SILENCE, Frame
from sandbox.media.sources import Source

CATCH_UP = 10  # frames at once, when the machine was late


@dataclass(eq=False)
class Port:
    """One leg's sound, both ways."""

    id: str
    voice: Source | None = None  # what the far party says
    prompt: Source | None = None  # what the platform plays to this leg alone
    muted: bool = False  # nobody hears it
    earmuffed: bool = False  # it hears nothing of the conversation; prompts it does
    ear: Ear = field(default_factory=Ear)
    prompt_ended: Callable[[], None] | None = None

    def play(self, source: Source | None, ended: Callable[[], None] | None = None) -> None:
        """Play to this leg alone, in place of what was played; `ended` is called at its end."""
        self.prompt, self.prompt_ended = source, ended

    def say(self) -> Frame:
        """What the far party says in these 20 ms."""
        if self.voice is None:
            return SILENCE
        frame = self.voice.next()
        if frame is None:
            self.voice = None
            return SILENCE
        return frame

    def prompted(self) -> Frame:
        """What the platform plays in these 20 ms."""
        if self.prompt is None:
            return SILENCE
        frame = self.prompt.next()
        if frame is not None:
            return frame
        ended, self.prompt, self.prompt_ended = self.prompt_ended, None, None
        if ended:
            ended()
        return SILENCE


Voices = dict[str, Frame]
Allowed = frozenset[str] | None  # None: everybody


class Room:
    """The mixing room of one conversation. Nobody hears anybody before it has started."""

    def __init__(self, room_id: str) -> None:
        self.id = room_id
        self.started = False
        self.ports: dict[str, Port] = {}
        self._can_speak: dict[str, Allowed] = {}
        self._can_hear: dict[str, Allowed] = {}

    def join(self, port: Port, *, can_speak: Allowed = None, can_hear: Allowed = None) -> None:
        """Enter; `can_speak` are those who may hear this port, `can_hear` those it may hear."""
        self.ports[port.id] = port
        self._can_speak[port.id], self._can_hear[port.id] = can_speak, can_hear

    def leave(self, port_id: str) -> None:
        for table in (self.ports, self._can_speak, self._can_hear):
            table.pop(port_id, None)

    def hears(self) -> dict[str, list[str]]:
        """Whom each port hears now, with every rule applied."""
        return {
            one: [other for other in self.ports if self._is_open(other, one)] for one in self.ports
        }

    def mix(self, voices: Voices) -> Voices:
        """What each port hears of the others."""
        if not self.started or len(self.ports) < 2:
            return {}
        if self._is_unrestricted():
            total = sum((voices[one] for one in self.ports), start=SILENCE)
            return {one: total - voices[one] for one in self.ports}
        return {
            one: sum((voices[other] for other in others), start=SILENCE)
            for one, others in self.hears().items()
        }

    def _is_open(self, speaker: str, listener: str) -> bool:
        can_speak, can_hear = self._can_speak[speaker], self._can_hear[listener]
        return (
            self.started
            and speaker != listener
            and not self.ports[speaker].muted
            and not self.ports[listener].earmuffed
            and (can_speak is None or listener in can_speak)
            and (can_hear is None or speaker in can_hear)
        )

    def _is_unrestricted(self) -> bool:
        lists = (*self._can_speak.values(), *self._can_hear.values())
        return all(one is None for one in lists) and not any(
            port.muted or port.earmuffed for port in self.ports.values()
        )


class Mixer:
    """Moves all sound on by 20 ms at a time."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.ports: dict[str, Port] = {}
        self.rooms: dict[str, Room] = {}
        self.underruns = 0  # frames that came too late to be caught up
        self._clock, self._sleep = clock, sleep

    def tick(self) -> None:
        """One step of 20 ms for everybody."""
        ports = list(self.ports.values())
        voices = {port.id: port.say() for port in ports}
        heard: Voices = {}
        for room in self.rooms.values():
            heard |= room.mix(voices)
        for port in ports:
            port.ear.append(_together(heard.get(port.id, SILENCE), port.prompted()))

    async def run(self) -> None:
        """Tick in real time until cancelled; late ticks are caught up, ten at most."""
        due = self._clock()
        while True:
            late = int((self._clock() - due) / SECONDS)
            if late > CATCH_UP:
                self.underruns += late - CATCH_UP
                due += (late - CATCH_UP) * SECONDS
            self.tick()
            due += SECONDS
            await self._sleep(max(0.0, due - self._clock()))


def _together(room: Frame, prompt: Frame) -> Frame:
    if prompt is SILENCE:
        return room if room is SILENCE else np.clip(room, -1, 1)
    return prompt if room is SILENCE else np.clip(room + prompt, -1, 1)
