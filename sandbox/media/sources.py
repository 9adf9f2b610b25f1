"""Where sound comes from, 20 ms at a time."""

from typing import Protocol

import numpy as np

from sandbox.media.frames import FRAME, RATE, Frame

FOR_EVER = 0


class Source(Protocol):
    def next(self) -> Frame | None:
        """The next 20 ms, or None when it has ended."""


class Tone:
    """An endless sine, without a click between frames."""

    def __init__(self, hz: float, amplitude: float = 0.3) -> None:
        self._step = 2 * np.pi * hz / RATE
        self._amplitude = amplitude
        self._phase = 0.0

    def next(self) -> Frame:
        phases = self._phase + self._step * np.arange(FRAME)
        self._phase = (self._phase + self._step * FRAME) % (2 * np.pi)
        return (self._amplitude * np.sin(phases)).astype(np.float32)


class Clip:
    """Samples played `loop` times (0: for ever), the last frame filled up with silence.

    `level` is Vonage's: -1 silences, 0 leaves as it is, 1 doubles.
    """

    def __init__(self, samples: Frame, loop: int = 1, level: float = 0.0) -> None:
        self._samples: Frame = samples * np.float32(1 + level) if level else samples
        self._left = loop
        self._is_endless = loop == FOR_EVER
        self._position = 0

    def next(self) -> Frame | None:
        if not len(self._samples):
            return None
        parts: list[Frame] = []
        wanted = FRAME
        while wanted and (self._is_endless or self._left > 0):
            part = self._samples[self._position : self._position + wanted]
            parts.append(part)
            wanted -= len(part)
            self._position += len(part)
            if self._position >= len(self._samples):
                self._position = 0
                self._left -= 1
        if not parts:
            return None
        if wanted:
            parts.append(np.zeros(wanted, dtype=np.float32))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)
