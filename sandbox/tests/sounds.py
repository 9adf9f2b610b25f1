"""Sounds for tests of the mixer, and how to see what is in one."""

import numpy as np

from sandbox.media.frames import FRAME, PER_SECOND, RATE, Frame
from sandbox.media.mixer import Mixer, Port, Room
from sandbox.media.sources import Source, Tone


class Stage:
    """A mixer with one room, and legs in it who each say a tone."""

    def __init__(self, *, started: bool = True) -> None:
        self.mixer = Mixer()
        self.room = self.mixer.rooms["room"] = Room("room")
        self.room.started = started

    def enter(
        self,
        name: str,
        hz: float,
        *,
        can_speak: frozenset[str] | None = None,
        can_hear: frozenset[str] | None = None,
    ) -> Port:
        port = self.mixer.ports[name] = Port(name, voice=Tone(hz, amplitude=0.2))
        self.room.join(port, can_speak=can_speak, can_hear=can_hear)
        return port

    def alone(self, name: str) -> Port:
        """A silent leg that is in no room."""
        port = self.mixer.ports[name] = Port(name)
        return port

    def play(self, seconds: float = 1.0) -> None:
        for _ in range(round(seconds * PER_SECOND)):
            self.mixer.tick()

    def heard(self, *among: float) -> dict[str, set[float]]:
        """For each leg, which of these frequencies it hears after another second."""
        self.play()
        return {
            name: {hz for hz in among if strength(port.ear.samples(1), hz) > 0.01}
            for name, port in self.mixer.ports.items()
        }


def tone(hz: float, seconds: float, amplitude: float = 0.3) -> Frame:
    time = np.arange(round(seconds * RATE)) / RATE
    return (amplitude * np.sin(2 * np.pi * hz * time)).astype(np.float32)


def strength(samples: Frame, hz: float) -> float:
    """The amplitude of one frequency in a second of sound."""
    turning = np.exp(-2j * np.pi * hz * np.arange(len(samples)) / RATE)
    return float(2 * abs(np.mean(samples * turning)))


def drain(source: Source, most: int = 1000) -> Frame:
    """Everything a source gives until it ends, `most` frames if it does not."""
    frames: list[Frame] = []
    while len(frames) < most and (frame := source.next()) is not None:
        assert frame.shape == (FRAME,)
        frames.append(frame)
    return np.concatenate(frames) if frames else np.zeros(0, dtype=np.float32)
