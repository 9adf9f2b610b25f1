"""The one format of sound inside: float32 mono at 16 kHz, in frames of 20 ms."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

RATE = 16_000
FRAME = 320
SECONDS = FRAME / RATE
PER_SECOND = RATE // FRAME

Frame = npt.NDArray[np.float32]
"""Samples between -1 and 1; 320 of them where a single frame is meant. Never changed in place."""

SILENCE: Frame = np.zeros(FRAME, dtype=np.float32)
SILENCE.flags.writeable = False
