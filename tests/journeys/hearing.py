"""Whose tones a leg hears over a full second, and whose it does not: by the spectrum."""

import time

import numpy as np

from sandbox.media.decode import decode
from sandbox.media.frames import RATE
from tools.people import wait_until

MUSIC = 523
# The music has notes of its own; these tones lie apart from all of them, and from spoken words.
CUSTOMER, OUTSIDE, JANE, JOE, ADA = 740, 950, 1100, 1300, 1500
BESIDE = ((1700, 1900), (2100, 2300))  # the callers and agents of the calls that go on beside
TONES = (MUSIC, CUSTOMER, OUTSIDE, JANE, JOE, ADA, *BESIDE[0], *BESIDE[1])
LOUD, FAINT = 0.05, 0.003  # as amplitudes; a robot's tone has 0.3
NEAR = 10  # Hz
SILENT = 0.001


def hears(party, *tones):
    """Wait until a full second had all of these tones, and of everybody else's none."""
    wait_until(
        lambda: _is(_last_second(party), tones),
        f"{party.uuid} hears {tones} and nothing else",
        seen=lambda: (tones_in(_last_second(party)), party.now()["playing"]),
    )


def hear(*parties):
    """The same of several: each a party, and the tones that it hears."""
    for party, *tones in parties:
        hears(party, *tones)


def hears_nothing(party):
    """Wait until a full second was silent."""
    wait_until(
        lambda: np.abs(_last_second(party)).max(initial=0) < SILENT,
        f"{party.uuid} hears nothing",
        seen=lambda: tones_in(_last_second(party)),
    )


def tones_in(samples):
    """By tone, the amplitude of those that can be made out in a second of sound."""
    window = np.blackman(len(samples))
    spectrum = np.abs(np.fft.rfft(samples * window)) * 2 / max(window.sum(), 1)
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    found = {tone: spectrum[np.abs(hertz - tone) <= NEAR].max(initial=0) for tone in TONES}
    return {tone: round(float(level), 4) for tone, level in found.items() if level > FAINT}


class Listener:
    """All that a leg hears from now on, at most the last minute of it."""

    def __init__(self, party):
        self._party, self._began = party, time.monotonic()

    def heard(self):
        """The tones of each full second so far."""
        samples = self._samples()
        found = [
            tones_in(samples[at : at + RATE]) for at in range(0, len(samples) - RATE + 1, RATE)
        ]
        assert found, "not a second has passed"
        return found

    def never_heard(self, tone):
        assert not [second for second in self.heard() if tone in second]

    def longest_silence(self):
        """In seconds."""
        samples = self._samples()
        sounds = np.flatnonzero(np.abs(samples) >= SILENT)
        return float(np.diff([0, *sounds, len(samples)]).max()) / RATE

    def _samples(self):
        lasted = min(59, int(time.monotonic() - self._began))
        return decode(self._party.sandbox.wav(self._party.uuid, max(1, lasted)))


def _last_second(party):
    return decode(party.sandbox.wav(party.uuid, 1))


def _is(samples, tones):
    if len(samples) < RATE:
        return False
    found = tones_in(samples)
    return set(found) == set(tones) and all(level >= LOUD for level in found.values())
