"""Speech for texts: by the `espeak-ng` program where it is installed, by tones elsewhere."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
from functools import lru_cache
from zlib import crc32

import numpy as np

from sandbox.media.decode import BadAudio, decode
from sandbox.media.frames import RATE, Frame

TAG = re.compile(r"<[^>]*>")
CHARACTER = round(0.065 * RATE)
LONGEST = 10 * RATE
EDGE = round(0.01 * RATE)
AMPLITUDE = 0.1
PITCHES = (310.0, 320.0, 330.0, 340.0, 350.0, 360.0, 370.0, 380.0)
TIMEOUT = 10


def speak(text: str, language: str = "en-US") -> Frame:
    """The samples of a text, SSML tags left out; made once per text and language, then kept.

    Without `espeak-ng` on PATH, or with SANDBOX_SPEECH=tones, or when it fails, each word is a
    quiet tone between 300 and 390 Hz, 65 ms a character, at most 10 s altogether.
    """
    tones = os.environ.get("SANDBOX_SPEECH") == "tones"
    program = None if tones else shutil.which("espeak-ng")
    return _speak(_plain(text), language, program)


@lru_cache(maxsize=256)
def _speak(text: str, language: str, program: str | None) -> Frame:
    spoken = _run(program, text, language) if program and text else None
    samples = _tones(text) if spoken is None else spoken
    samples.flags.writeable = False
    return samples


def _plain(text: str) -> str:
    return " ".join(html.unescape(TAG.sub(" ", text)).split())


def _run(program: str, text: str, language: str) -> Frame | None:
    """What the program says; it may know `de` and not `de-CH`, and None when it knows neither."""
    for voice in (language.lower(), language.lower().partition("-")[0]):
        try:
            # The text goes through stdin, so that it can never be read as an option.
            done = subprocess.run(  # noqa: S603
                [program, f"-v{voice}", "--stdin", "--stdout"],
                input=text.encode(),
                capture_output=True,
                timeout=TIMEOUT,
                check=True,
            )
            return decode(done.stdout)
        except (OSError, ValueError, subprocess.SubprocessError, BadAudio):
            continue
    return None


def _tones(text: str) -> Frame:
    samples = np.zeros(len(text) * CHARACTER, dtype=np.float32)
    for word in re.finditer(r"\S+", text):
        samples[word.start() * CHARACTER : word.end() * CHARACTER] = _word(word[0])
    return samples[:LONGEST]


def _word(word: str) -> Frame:
    length = len(word) * CHARACTER
    pitch = PITCHES[crc32(word.encode(errors="replace")) % len(PITCHES)]
    ramp = np.minimum(np.arange(length), np.arange(length)[::-1]) / EDGE
    wave = np.sin(2 * np.pi * pitch / RATE * np.arange(length)) * np.minimum(ramp, 1)
    samples: Frame = (AMPLITUDE * wave).astype(np.float32)
    return samples
