"""Sound files to samples and back."""

import io
import wave
from pathlib import Path

import av
import numpy as np

from sandbox.media.frames import RATE, Frame


class BadAudio(ValueError):
    """What should be sound is not; the message is one sentence."""


def decode(data: bytes) -> Frame:
    """MP3, WAV or OGG bytes as mono samples at 16 kHz."""
    try:
        with av.open(io.BytesIO(data), mode="r") as container:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            frames = [
                part for frame in container.decode(audio=0) for part in resampler.resample(frame)
            ]
            frames += resampler.resample(None)
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise BadAudio("The file is not audio that can be played.") from error
    parts = [frame.to_ndarray().reshape(-1) for frame in frames]
    if not parts:
        raise BadAudio("The file holds no sound.")
    return np.concatenate(parts).astype(np.float32)


def read_file(path: str) -> Frame:
    """The samples of a sound file on this machine, by its absolute path."""
    file = Path(path)
    if not file.is_absolute():
        raise BadAudio("The audio file must be named by its absolute path.")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadAudio("The audio file cannot be read.") from error
    return decode(data)


def write_wav(samples: Frame) -> bytes:
    """The samples as a 16-bit mono WAV file at 16 kHz."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(to_pcm(samples).tobytes())
    return buffer.getvalue()


def to_pcm(samples: Frame) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """As 16-bit integers, clipped."""
    return np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
