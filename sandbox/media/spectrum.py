"""How loud a sound is, and which frequency is the strongest in it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sandbox.media.frames import RATE, Frame

QUIET = 0.001
LOWEST = 20


def rms(samples: Frame) -> float:
    """The level: 0 (silence, or no samples) to 1."""
    if not len(samples):
        return 0.0
    return float(np.sqrt(np.dot(samples, samples) / len(samples)))


def dominant(samples: Frame) -> float | None:
    """The strongest frequency in Hz from 20 Hz up; None when the level is below 0.001.

    At most a second of samples is taken. A steady tone that lasts a second is found to within
    a fraction of a hertz.
    """
    samples = samples[-RATE:]
    if rms(samples) < QUIET:
        return None
    strength = np.abs(np.fft.rfft(samples * _window(len(samples)), RATE))
    peak = LOWEST + int(np.argmax(strength[LOWEST:-1]))
    low, top, high = np.log(strength[peak - 1 : peak + 2] + np.finfo(np.float32).tiny)
    bend = low - 2 * top + high
    return float(peak + (0.5 * (low - high) / bend if bend else 0.0))


@lru_cache(maxsize=64)
def _window(length: int) -> Frame:
    return np.hanning(length).astype(np.float32)
