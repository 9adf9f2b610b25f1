"""Makes `static/audio/{hold,ringback,ring}.mp3`: sounds of our own, checked by what they are.

    python -m tools.make_audio           make and check
    python -m tools.make_audio --check   only check

Tests tell who hears what by frequency, so in every second of the hold music 523 Hz (C5) is the
strongest, and in every second of the ringback tone 425 Hz is. The ring of the console begins
with E5 (659 Hz) and rests for its last second.
"""

import sys
from pathlib import Path

import av
import numpy as np

from sandbox.media.decode import decode
from sandbox.media.frames import RATE, Frame
from tools.stack import ROOT

AUDIO = ROOT / "static" / "audio"
HOLD_HZ, RINGBACK_HZ, RING_HZ = 523, 425, 659
MADE_AT = 32_000  # samples a second
LARGEST = 300_000  # bytes, all together
BAR = 4  # seconds
# A slow cadence below and above the C5 that stays: C, A minor, F, C; every one holds a C.
CHORDS = ((262, 330, 392), (220, 330, 440), (175, 262, 349), (262, 330, 392))
CHIME = ((0.0, RING_HZ), (0.22, 523))  # when, in seconds, and which: E5, then C5
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


def ring() -> Frame:
    """Four seconds: two tones twice, as of a soft bell, and two and a half seconds of rest."""
    samples = np.zeros(BAR * MADE_AT)
    for turn in (0.0, 0.75):
        for at, note in CHIME:
            start = int((turn + at) * MADE_AT)
            tone = _bell(note)
            samples[start : start + len(tone)] += tone
    return samples.astype(np.float32)


def _bell(note: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A tone that is struck and dies away, with a quieter octave above it."""
    time = np.arange(int(0.7 * MADE_AT)) / MADE_AT
    fade = np.minimum(1, time / 0.008) * np.exp(-6 * time) * np.minimum(1, time[::-1] / 0.05)
    wave = np.sin(2 * np.pi * note * time) + 0.25 * np.sin(4 * np.pi * note * time)
    return np.asarray(0.35 * fade * wave)


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
    files = {"hold.mp3": (HOLD_HZ, 0.05), "ringback.mp3": (RINGBACK_HZ, 0.03)}
    for name in (*files, "ring.mp3"):
        if _channels(AUDIO / name) != 1:
            return [f"{name} is missing, or is not mono audio."]
    found = []
    if sum((AUDIO / name).stat().st_size for name in (*files, "ring.mp3")) > LARGEST:
        found.append("The files together are too large.")
    for name, (hz, loudness) in files.items():
        found += _not_throughout(name, hz, loudness)
    return found + _not_a_ring(decode((AUDIO / "ring.mp3").read_bytes()))


def _not_throughout(name: str, hz: int, loudness: float) -> list[str]:
    """Where the file, played over and over, is not loudest at this frequency."""
    samples = decode((AUDIO / name).read_bytes())
    looped = np.concatenate([samples, samples[: 2 * RATE]])
    for start in range(0, len(looped) - RATE, RATE // 10):
        second = looped[start : start + RATE]
        strongest, level = _strongest(second), float(np.sqrt(np.mean(second**2)))
        if abs(strongest - hz) > 2 or level < loudness:
            return [
                f"{name}: at {start / RATE:.1f} s {strongest} Hz is the strongest ({level:.3f})."
            ]
    return []


def _not_a_ring(samples: Frame) -> list[str]:
    found = []
    if abs((strongest := _strongest(samples[: RATE // 5])) - RING_HZ) > 10:
        found.append(f"ring.mp3: it begins with {strongest} Hz.")
    if float(np.abs(samples[3 * RATE : 4 * RATE]).max()) > 0.01:
        found.append("ring.mp3: it has no rest in its last second.")
    return found


def _strongest(samples: Frame) -> int:
    """The loudest frequency, in hertz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return round(int(np.argmax(spectrum)) * RATE / len(samples))


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
        write(AUDIO / "ring.mp3", ring(), 48_000)
    found = problems()
    print("\n".join(found) or "All files are as they must be.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
