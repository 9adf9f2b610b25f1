"""What a leg hears, and how that can be measured."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sandbox.media.decode import to_pcm, write_wav
from sandbox.media.frames import FRAME, RATE, SILENCE, Frame

KEPT = 60 * RATE // FRAME  # frames
SECOND = RATE // FRAME
GLANCE = SECOND // 5  # frames of 200 ms
INAUDIBLE = 0.001
SAME_HZ = 10.0
NOTHING = to_pcm(SILENCE)


@dataclass(frozen=True, slots=True)
class Heard:
    """The last second: level, strongest frequency, and since when that one is the strongest.

    `peak_hz` is None below an rms of 0.001. `since_ms` looks back in steps of 200 ms over what is
    kept (60 s) for as long as the strongest frequency stays within 10 Hz; 0 in silence.
    """

    rms: float
    peak_hz: float | None
    since_ms: int


class Ear:
    """Keeps the last minute, as 16-bit samples; measuring costs nothing until it is asked for."""

    def __init__(self) -> None:
        self._frames: deque[npt.NDArray[np.int16]] = deque(maxlen=KEPT)
        self._total = 0

    def append(self, frame: Frame) -> None:
        self._frames.append(NOTHING if frame is SILENCE else to_pcm(frame))
        self._total += FRAME

    def since(self) -> int:
        """How many samples it has heard in all."""
        return self._total

    def level(self) -> Heard:
        samples = self._last(SECOND)
        rms = _rms(samples)
        if rms < INAUDIBLE:
            return Heard(rms, None, 0)
        peak = _peak(samples)
        return Heard(rms, peak, self._steady(peak))

    def wav(self, seconds: float) -> bytes:
        """The last seconds (at most what is kept) as a WAV file."""
        return write_wav(self._last(round(min(seconds, 60.0) * SECOND)))

    def _last(self, count: int) -> Frame:
        if not self._frames or count <= 0:
            return np.zeros(0, dtype=np.float32)
        return _join(list(self._frames)[-count:])

    def _steady(self, peak: float) -> int:
        frames = list(self._frames)
        steady = 0
        for end in range(len(frames), GLANCE - 1, -GLANCE):
            glance = _join(frames[end - GLANCE : end])
            if _rms(glance) < INAUDIBLE or abs(_peak(glance) - peak) > SAME_HZ:
                break
            steady += GLANCE
        return steady * 1000 * FRAME // RATE


def _join(frames: Iterable[npt.NDArray[np.int16]]) -> Frame:
    return np.concatenate(list(frames)).astype(np.float32) / np.float32(32767)


def _rms(samples: Frame) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if len(samples) else 0.0


def _peak(samples: Frame) -> float:
    """The strongest frequency in Hz, between two bins by a parabola through three."""
    size = max(len(samples), RATE)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), n=size))
    spectrum[: max(1, round(20 * size / RATE))] = 0.0  # not a level that merely stands still
    top = int(np.argmax(spectrum))
    shift = 0.0
    if 0 < top < len(spectrum) - 1:
        left, here, right = np.log(spectrum[top - 1 : top + 2] + 1e-12)
        bend = left - 2 * here + right
        shift = 0.5 * (left - right) / bend if bend else 0.0
    return float((top + shift) * RATE / size)
