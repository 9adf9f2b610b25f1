"""Whether a sound that was sent is the one that was heard."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sandbox.media.frames import Frame

Samples = npt.NDArray[np.float64]


def correlation(sent: Frame, heard: Frame) -> float:
    """How alike two sounds are at the best shift in time: 0 (not at all) to 1 (the same).

    The shorter is searched in the longer, whatever their levels; what of the shorter is cut off
    at either end counts against it. 0 when either is silent or empty.
    """
    short, long = sorted((sent.astype(np.float64), heard.astype(np.float64)), key=len)
    if not np.any(short) or not np.any(long):
        return 0.0
    around = np.pad(long, len(short))
    products = _slide(short, around)
    energy = np.concatenate(([0.0], np.cumsum(np.square(around))))
    energies = energy[len(short) :] - energy[: -len(short)]
    # Rounding leaves a trace of energy in silence, which would make noise look alike.
    floor = energies.max() * 1e-6
    scale = np.sqrt(np.maximum(energies, floor) * np.sum(np.square(short)))
    return float(np.clip(np.max(products / scale), 0, 1))


def _slide(short: Samples, around: Samples) -> Samples:
    """The sum of products at each place where the short one lies wholly inside."""
    size = 1 << (len(around) - 1).bit_length()
    spectrum = np.fft.rfft(around, size) * np.conj(np.fft.rfft(short, size))
    return np.fft.irfft(spectrum, size)[: len(around) - len(short) + 1]
