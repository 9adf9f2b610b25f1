"""Text to speech: by espeak-ng where it is installed, by a pattern of tones where it is not."""

import os
import re
import shutil
import subprocess
from functools import lru_cache

import numpy as np

from sandbox.media.decode import BadAudio, decode
from sandbox.media.frames import RATE, Frame

TAGS = re.compile(r"<[^>]*>")
SECONDS_A_CHARACTER = 0.065
LONGEST = 10.0  # seconds of tones
TIMEOUT = 20.0
PITCHES = (300, 330, 360, 390)  # apart from every tone that tests, music and ringing use
SYLLABLE = int(0.13 * RATE)


@lru_cache(maxsize=256)
def speak(text: str, language: str = "en-US") -> Frame:
    """The samples of a text, without its SSML tags. The same text gives the same samples."""
    plain = TAGS.sub(" ", text).strip()
    program = shutil.which("espeak-ng")
    if program is None or os.environ.get("SANDBOX_SPEECH") == "tones":
        return _tones(plain)
    try:
        spoken = subprocess.run(  # noqa: S603 - our program, the text by standard input
            [program, "--stdout", "-v", language.lower(), "-s", "165", "--stdin"],
            input=plain.encode(),
            capture_output=True,
            timeout=TIMEOUT,
            check=True,
        )
        return decode(spoken.stdout)
    except (subprocess.SubprocessError, BadAudio):
        return _tones(plain)


def _tones(text: str) -> Frame:
    seconds = min(max(len(text) * SECONDS_A_CHARACTER, 0.2), LONGEST)
    count = max(1, round(seconds * RATE / SYLLABLE))
    swell = np.hanning(SYLLABLE) * 0.08
    time = np.arange(SYLLABLE) / RATE
    pitches = (PITCHES[ord(text[i % len(text)]) % 4] if text else 300 for i in range(count))
    parts = [swell * np.sin(2 * np.pi * pitch * time) for pitch in pitches]
    return np.concatenate(parts).astype(np.float32)
