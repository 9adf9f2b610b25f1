import numpy as np
import pytest

from sandbox.media.compare import correlation
from sandbox.media.decode import decode
from sandbox.media.ear import Ear, Heard
from sandbox.media.frames import FRAME, RATE, SILENCE
from sandbox.tests.sounds import tone


def listen(ear, samples):
    for frame in samples.reshape(-1, FRAME):
        ear.append(frame)


def silence(seconds):
    return np.zeros(round(seconds * RATE), dtype=np.float32)


@pytest.fixture
def ear():
    return Ear()


@pytest.mark.parametrize("hz", [60.0, 300.0, 425.0, 437.3, 523.251, 1234.5, 7400.0])
def test_the_frequency_of_a_tone_is_found_to_within_a_hertz(ear, hz):
    listen(ear, tone(hz, 1.0))

    heard = ear.level()

    assert heard.peak_hz == pytest.approx(hz, abs=0.1)
    assert heard.rms == pytest.approx(0.3 / np.sqrt(2), abs=0.005)


def test_the_stronger_of_two_tones_is_the_dominant(ear):
    listen(ear, tone(400, 1.0, amplitude=0.2) + tone(900, 1.0, amplitude=0.25))

    assert ear.level().peak_hz == pytest.approx(900, abs=1)


def test_silence_has_no_frequency(ear):
    for _ in range(100):
        ear.append(SILENCE)

    assert ear.level() == Heard(rms=0.0, peak_hz=None, since_ms=0)


def test_an_ear_that_heard_nothing_yet_is_in_silence(ear):
    assert ear.level() == Heard(rms=0.0, peak_hz=None, since_ms=0)
    assert ear.since() == 0


def test_a_sound_below_the_threshold_is_silence(ear):
    listen(ear, tone(440, 2.0, amplitude=0.001))

    heard = ear.level()

    assert heard.rms <= 0.001
    assert heard.peak_hz is None


def test_a_level_that_merely_stands_still_has_no_low_frequency(ear):
    listen(ear, tone(440, 1.0, amplitude=0.1) + np.float32(0.5))

    assert ear.level().peak_hz == pytest.approx(440, abs=1)


def test_only_the_last_second_counts(ear):
    listen(ear, tone(440, 3.0))
    listen(ear, tone(700, 1.0))

    assert ear.level().peak_hz == pytest.approx(700, abs=1)


def test_it_tells_for_how_long_a_sound_has_lasted_after_silence(ear):
    listen(ear, silence(2))
    listen(ear, tone(440, 3.0))

    assert 2800 <= ear.level().since_ms <= 3000


def test_it_tells_for_how_long_a_sound_has_lasted_after_another(ear):
    listen(ear, tone(700, 2.0))
    listen(ear, tone(440, 3.0))

    assert 2200 <= ear.level().since_ms <= 3000


def test_a_sound_that_moves_by_less_than_10_hz_is_the_same(ear):
    listen(ear, tone(440, 2.0))
    listen(ear, tone(446, 2.0))

    assert ear.level().since_ms >= 3800


def test_a_sound_that_was_interrupted_counts_anew(ear):
    listen(ear, tone(440, 2.0))
    listen(ear, silence(1.5))
    listen(ear, tone(440, 1.0))

    assert 800 <= ear.level().since_ms <= 1000


def test_asking_again_and_again_gives_what_asking_once_gives(ear):
    asked = Ear()
    for samples in (tone(700, 1.1), tone(440, 2.3), tone(448, 1.7)):
        for part in np.array_split(samples.reshape(-1, FRAME), 7):
            listen(ear, part.reshape(-1))
            listen(asked, part.reshape(-1))
            asked.level()

    assert asked.level() == ear.level()


def test_only_the_last_sixty_seconds_are_kept(ear):
    listen(ear, tone(440, 10.0))
    listen(ear, tone(700, 60.0))

    assert ear.since() == 70 * RATE
    assert len(decode(ear.wav(100))) == 60 * RATE
    assert decode(ear.wav(60))[:RATE] == pytest.approx(tone(700, 1.0), abs=1e-4)
    assert 58_000 <= ear.level().since_ms <= 60_000


def test_the_last_seconds_come_as_a_wav_file(ear):
    listen(ear, tone(440, 2.0))
    listen(ear, tone(700, 1.0))

    heard = decode(ear.wav(1.5))

    assert len(heard) == 1.5 * RATE
    assert correlation(tone(440, 0.5), heard[: RATE // 2]) > 0.999
    assert correlation(tone(700, 1.0), heard[RATE // 2 :]) > 0.999
