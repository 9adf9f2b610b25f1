"""Sound files: reading MP3, WAV and OGG, writing WAV."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from sandbox.media.frames import RATE, Frame

FULL_SCALE = 32_767
# Others are refused: playlists, for one, would make the decoder fetch what they name.
FORMATS = {"format_whitelist": "mp3,wav,ogg"}


class BadAudio(ValueError):
    """A file is missing, or is not sound; says so in one sentence."""


def decode(data: bytes) -> Frame:
    """The samples of an MP3, WAV or OGG file; BadAudio if it is none, or has no sound in it."""
    try:
        blocks = _decode_blocks(data)
    except (av.FFmpegError, ValueError) as error:
        raise BadAudio("The file is not audio that can be decoded.") from error
    if not blocks:
        raise BadAudio("The file has no audio in it.")
    return np.concatenate(blocks).astype(np.float32) / np.float32(FULL_SCALE + 1)


def read_file(path: str) -> Frame:
    """The samples of the file at an absolute path; BadAudio if there is none, or no sound in it."""
    file = Path(path)
    if not file.is_absolute():
        raise BadAudio(f"The path of an audio file must be absolute: {path}.")
    try:
        data = file.read_bytes()
    except (OSError, ValueError) as error:
        raise BadAudio(f"The audio file cannot be read: {path}.") from error
    try:
        return decode(data)
    except BadAudio as error:
        raise BadAudio(f"The file is not audio that can be decoded: {path}.") from error


def write_wav(samples: Frame) -> bytes:
    """A WAV file of the samples: 16-bit PCM, mono, 16 kHz."""
    pcm = np.rint(np.clip(samples, -1, 1) * FULL_SCALE).astype("<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm.tobytes())
    return buffer.getvalue()


def _decode_blocks(data: bytes) -> list[npt.NDArray[np.int16]]:
    # 16-bit output makes the downmix of stereo an average; as floats it could pass full scale.
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(io.BytesIO(data), "r", options=FORMATS) as container:
        if not container.streams.audio:
            return []
        frames = [
            part
            for frame in container.decode(container.streams.audio[0])
            for part in resampler.resample(frame)
        ]
    frames += resampler.resample(None) if frames else []
    return [frame.to_ndarray()[0] for frame in frames]
