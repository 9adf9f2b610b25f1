"""Whether what was heard is what was sent."""

import numpy as np

from sandbox.media.frames import Frame


def correlation(sent: Frame, heard: Frame) -> float:
    """The best normalised correlation of `sent` with any stretch of `heard`, 0 to 1.

    1 means that `heard` holds an exact (scaled) copy of `sent`.
    """
    if not len(sent) or len(heard) < len(sent):
        return 0.0
    size = 1 << (len(sent) + len(heard) - 1).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sent, size))
    lags = len(heard) - len(sent) + 1
    products = np.fft.irfft(spectrum, size)[:lags]
    squares = np.concatenate(([0.0], np.cumsum(np.square(heard, dtype=np.float64))))
    energies = squares[len(sent) :] - squares[:lags]
    norm = np.sqrt(np.maximum(energies, 1e-9) * np.sum(np.square(sent, dtype=np.float64)))
    return float(np.max(np.abs(products) / np.maximum(norm, 1e-9)))
