"""What a leg hears: the last minute of it, and how loud and how high the last second was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.media.decode import FULL_SCALE, write_wav
from sandbox.media.frames import FRAME, PER_SECOND, RATE, SECONDS, Frame
from sandbox.media.spectrum import dominant, rms

KEPT = 60 * PER_SECOND
STEP = PER_SECOND // 5
SAME_HZ = 10.0


@dataclass(frozen=True)
class Heard:
    """The last second heard (or what there is of it, if less).

    `rms` is 0 to 1; `peak_hz` the dominant frequency, None when `rms` is below 0.001.
    `since_ms` is for how long the dominant of the last second has been within 10 Hz of
    `peak_hz`, looked at every 200 ms and at most 59 s back; after another sound of the same
    level it therefore counts from the moment the new one has filled half a second. It is 0 when
    `peak_hz` is None.
    """

    rms: float
    peak_hz: float | None
    since_ms: int


class Ear:
    """Keeps the last 60 s, as 16-bit samples: memory is only used for what was heard."""

    def __init__(self) -> None:
        self._ring = np.zeros((KEPT, FRAME), dtype=np.int16)
        self._frames = 0
        self._peaks: dict[int, float | None] = {}

    def append(self, frame: Frame) -> None:
        """Hear one frame; its samples must be between -1 and 1."""
        self._ring[self._frames % KEPT] = frame * FULL_SCALE
        self._frames += 1

    def level(self) -> Heard:
        second = self._until(self._frames, PER_SECOND)
        peak = dominant(second)
        return Heard(rms(second), peak, 0 if peak is None else self._steady(peak))

    def since(self) -> int:
        """The number of samples heard in total."""
        return self._frames * FRAME

    def samples(self, seconds: float) -> Frame:
        """The last `seconds` heard, to the nearest 20 ms; fewer if there are not so many."""
        return self._until(self._frames, round(seconds / SECONDS))

    def wav(self, seconds: float) -> bytes:
        """The last `seconds` heard, at most 60, as a WAV file."""
        return write_wav(self.samples(seconds))

    def _steady(self, peak: float) -> int:
        oldest = self._oldest
        self._peaks = {end: found for end, found in self._peaks.items() if end > oldest}
        since = self._frames
        for end in range(since - since % STEP, oldest + (PER_SECOND if oldest else 0), -STEP):
            found = self._peak(end)
            if found is None or abs(found - peak) > SAME_HZ:
                break
            since = end
        return (self._frames - since) * FRAME * 1000 // RATE

    def _peak(self, end: int) -> float | None:
        if end not in self._peaks:
            self._peaks[end] = dominant(self._until(end, PER_SECOND))
        return self._peaks[end]

    @property
    def _oldest(self) -> int:
        return max(0, self._frames - KEPT)

    def _until(self, end: int, count: int) -> Frame:
        rows = np.arange(max(self._oldest, end - count), end) % KEPT
        return self._ring[rows].reshape(-1).astype(np.float32) / np.float32(FULL_SCALE)
