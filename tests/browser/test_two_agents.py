"""Two calls at once: nobody hears a word of the other."""

import numpy as np

from sandbox.media.decode import decode

APART = 30  # decibels


def levels(party, *tones):
    """In dB, what a leg has heard of each tone over the last second."""
    samples = decode(party.sandbox.wav(party.uuid, 1))
    spectrum = np.abs(np.fft.rfft(samples * np.blackman(len(samples))))
    hertz = np.fft.rfftfreq(len(samples), 1 / 16_000)
    return [20 * np.log10(spectrum[abs(hertz - tone) < 15].max() + 1e-9) for tone in tones]


def test_two_agents_with_two_callers_hear_only_their_own(console, caller):
    jane = console("jane").go_available()
    first = caller(presses="1")
    jane.answers()
    joe = console("joe").go_available()
    second = caller(presses="1", audio={"tone": 900})
    joe.answers()

    jane.hears(700)
    joe.hears(900)
    first.hears(1100)
    second.hears(1300)

    for own, other in (
        jane.sound(700, 900)["levels"],
        joe.sound(900, 700)["levels"],
        levels(first, 1100, 1300),
        levels(second, 1300, 1100),
    ):
        assert own - other > APART
