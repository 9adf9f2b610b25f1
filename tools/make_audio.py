"""Makes `static/audio/hold.mp3` and `ringback.mp3`: sounds of our own, checked by what they are.

    python -m tools.make_audio           make and check
    python -m tools.make_audio --check   only check

Tests tell who hears what by frequency, so in every second of the hold music 523 Hz (C5) is the
strongest, and in every second of the ringback tone 425 Hz is.
"""

import sys
from pathlib import Path

import av
import numpy as np

from sandbox.media.decode import decode
from sandbox.media.frames import RATE, Frame
from tools.stack import ROOT

AUDIO = ROOT / "static" / "audio"
HOLD_HZ, RINGBACK_HZ = 523, 425
MADE_AT = 32_000  # samples a second
LARGEST = 300_000  # bytes, both together
BAR = 4  # seconds
# A slow cadence below and above the C5 that stays: C, A minor, F, C; every one holds a C.
CHORDS = ((262, 330, 392), (220, 330, 440), (175, 262, 349), (262, 330, 392))
MELODY = ((659, 784), (659, 880), (698, 880), (784, 659))


def hold() -> Frame:
    """Sixteen seconds that begin as they end: a C5 that breathes over a slow cadence."""
    time = np.arange(BAR * len(CHORDS) * MADE_AT) / MADE_AT
    drone = 0.2 * np.sin(2 * np.pi * HOLD_HZ * time) * (1 + 0.25 * np.sin(2 * np.pi * time / 4))
    parts = [
        _pad(chord) + np.concatenate([_pluck(note) for note in notes])
        for chord, notes in zip(CHORDS, MELODY, strict=True)
    ]
    return np.asarray(drone + np.concatenate(parts), dtype=np.float32)


def ringback() -> Frame:
    """Four seconds of ringing: 0.6 s of 425 Hz, then 0.4 s of rest."""
    time = np.arange(int(0.6 * MADE_AT)) / MADE_AT
    edges = np.minimum(1, np.minimum(time, time[::-1]) / 0.02)
    ring = 0.25 * np.sin(2 * np.pi * RINGBACK_HZ * time) * edges
    second = np.concatenate([ring, np.zeros(MADE_AT - len(ring))])
    return np.tile(second, 4).astype(np.float32)


def _pad(chord: tuple[int, ...]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    time = np.arange(BAR * MADE_AT) / MADE_AT
    swell = np.sin(np.pi * time / BAR) ** 0.5
    return sum(0.035 * swell * np.sin(2 * np.pi * note * time) for note in chord)  # type: ignore[return-value]


def _pluck(note: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    time = np.arange(BAR * MADE_AT // 2) / MADE_AT
    fade = np.minimum(1, time / 0.01) * np.exp(-2.2 * time) * np.minimum(1, time[::-1] / 0.05)
    return np.asarray(0.06 * fade * np.sin(2 * np.pi * note * time))


def write(path: Path, samples: Frame, bit_rate: int) -> None:
    with av.open(str(path), "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=MADE_AT, layout="mono")
        stream.bit_rate = bit_rate
        pcm = np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
        for start in range(0, len(pcm), 1152):
            frame = av.AudioFrame.from_ndarray(
                pcm[start : start + 1152].reshape(1, -1), format="s16", layout="mono"
            )
            frame.rate, frame.pts = MADE_AT, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def problems() -> list[str]:
    """What is not as it must be, one sentence each."""
    found = []
    files = {"hold.mp3": (HOLD_HZ, 0.05), "ringback.mp3": (RINGBACK_HZ, 0.03)}
    for name in files:
        if _channels(AUDIO / name) != 1:
            return [f"{name} is missing, or is not mono audio."]
    if sum((AUDIO / name).stat().st_size for name in files) > LARGEST:
        found.append("The two files together are too large.")
    for name, (hz, loudness) in files.items():
        samples = decode((AUDIO / name).read_bytes())
        looped = np.concatenate([samples, samples[: 2 * RATE]])
        for start in range(0, len(looped) - RATE, RATE // 10):
            second = looped[start : start + RATE]
            strongest = int(np.argmax(np.abs(np.fft.rfft(second * np.hanning(RATE)))))
            level = float(np.sqrt(np.mean(second**2)))
            if abs(strongest - hz) > 2 or level < loudness:
                at = start / RATE
                found.append(
                    f"{name}: at {at:.1f} s {strongest} Hz is the strongest ({level:.3f})."
                )
                break
    return found


def _channels(path: Path) -> int:
    """How many channels a file has; 0 if it is none, or is not audio."""
    try:
        with av.open(str(path), "r") as container:
            return sum(stream.channels for stream in container.streams.audio[:1])
    except (OSError, av.FFmpegError):
        return 0


def main() -> int:
    if "--check" not in sys.argv:
        AUDIO.mkdir(parents=True, exist_ok=True)
        write(AUDIO / "hold.mp3", hold(), 64_000)
        write(AUDIO / "ringback.mp3", ringback(), 32_000)
    found = problems()
    print("\n".join(found) or "Both files are as they must be.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
