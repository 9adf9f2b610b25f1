"""Sound files as recordings are kept: MP3, WAV and OGG."""

from __future__ import annotations

import io
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream

from sandbox.media.decode import FULL_SCALE, write_wav
from sandbox.media.frames import RATE, Frame

CODECS = {"mp3": "libmp3lame", "ogg": "libopus"}
CONTENT_TYPES = {"mp3": "audio/mpeg", "ogg": "audio/ogg", "wav": "audio/wav"}


def encode(samples: Frame, kind: str) -> bytes:
    """A file of the samples, mono, at 16 kHz; `kind` is mp3, wav or ogg (Opus)."""
    if kind == "wav":
        return write_wav(samples)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=kind) as container:
        # PyAV's types know a stream by literal names of codecs alone.
        stream = cast(AudioStream, container.add_stream(CODECS[kind], rate=RATE, layout="mono"))
        container.mux(stream.encode(_sound(samples)))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def _sound(samples: Frame) -> av.AudioFrame:
    pcm = np.rint(np.clip(samples, -1, 1) * FULL_SCALE).astype(np.int16)
    sound = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout="mono")
    sound.sample_rate = RATE
    return sound
