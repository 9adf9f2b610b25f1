"""The one form that sound has in the sandbox."""

import numpy as np
import numpy.typing as npt

RATE = 16_000  # samples a second
FRAME = 320  # samples in 20 ms
SECONDS = FRAME / RATE

Frame = npt.NDArray[np.float32]  # mono, -1 to 1
SILENCE: Frame = np.zeros(FRAME, dtype=np.float32)
SILENCE.flags.writeable = False
