"""Where sound comes from: tones and recorded samples."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from sandbox.media.frames import FRAME, RATE, Frame

TURN = 2 * np.pi


class Source(Protocol):
    """Something that sounds, 20 ms at a time."""

    def next(self) -> Frame | None:
        """The next frame, or None when it has ended."""
        ...


class Tone:
    """A sine for ever; its frames join without a click."""

    def __init__(self, hz: float, amplitude: float = 0.3) -> None:
        self._amplitude = amplitude
        self._steps = (np.arange(FRAME) * (TURN * hz / RATE)).astype(np.float32)
        self._turn = TURN * hz * FRAME / RATE
        self._phase = 0.0

    def next(self) -> Frame | None:
        frame: Frame = np.sin(self._steps + self._phase)
        self._phase = (self._phase + self._turn) % TURN
        frame *= self._amplitude
        return frame


class Clip:
    """Samples played `loop` times over without a gap, or for ever when `loop` is 0.

    `level` is Vonage's: -1 is silent, 0 leaves the samples as they are, 1 doubles them (cut
    where they would pass full scale). The last frame is filled up with silence. No samples
    means a source that has ended.
    """

    def __init__(self, samples: Frame, loop: int = 1, level: float = 0.0) -> None:
        self._samples = samples if level == 0 else _amplified(samples, 1 + level)
        self._left = len(samples) * loop if loop else None
        self._position = 0

    def next(self) -> Frame | None:
        if not len(self._samples) or self._left == 0:
            return None
        count = FRAME if self._left is None else min(FRAME, self._left)
        if self._left is not None:
            self._left -= count
        frame = self._take(count)
        return frame if count == FRAME else np.pad(frame, (0, FRAME - count))

    def _take(self, count: int) -> Frame:
        start = self._position
        self._position = (start + count) % len(self._samples)
        if start + count <= len(self._samples):
            return self._samples[start : start + count]
        return np.take(self._samples, range(start, start + count), mode="wrap")


def _amplified(samples: Frame, factor: float) -> Frame:
    amplified: Frame = np.clip(samples * np.float32(factor), -1, 1)
    return amplified
