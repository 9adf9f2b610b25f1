from pathlib import Path

import numpy as np
import pytest

from sandbox.media.compare import correlation
from sandbox.media.decode import read_file
from sandbox.media.frames import RATE
from sandbox.media.sources import Clip
from sandbox.tests.sounds import Stage, tone

SPEECH = Path(__file__).resolve().parent.parent.parent / "tests" / "data" / "speech.wav"


@pytest.fixture(scope="module")
def speech():
    return read_file(str(SPEECH))


def test_a_sound_is_like_itself_however_late_and_soft_it_comes(speech):
    heard = np.concatenate((np.zeros(12_345, dtype=np.float32), speech * np.float32(0.05)))

    assert correlation(speech, heard) == pytest.approx(1)


def test_a_part_of_what_was_sent_is_found_in_it(speech):
    assert correlation(speech, speech[RATE : 2 * RATE]) == pytest.approx(1)


def test_a_sound_whose_beginning_or_end_was_missed_is_still_found(speech):
    missed = np.zeros(4000, dtype=np.float32)

    assert correlation(speech, np.concatenate((speech[4000:], missed))) > 0.9
    assert correlation(speech, np.concatenate((missed, speech[:-4000]))) > 0.9


def test_what_is_cut_off_counts_against_it(speech):
    assert 0.6 < correlation(speech, speech[RATE:]) <= 1
    assert correlation(speech[:RATE], np.concatenate((speech[8000:16000], speech[:8000]))) < 0.95


def test_another_sound_is_not_like_it(speech):
    noise = np.random.default_rng(1).normal(0, 0.1, len(speech)).astype(np.float32)

    assert correlation(speech, noise) < 0.2
    assert correlation(speech, speech[::-1].copy()) < 0.5
    assert correlation(tone(440, 1.0), tone(700, 1.0)) < 0.1


def test_silence_is_like_nothing(speech):
    assert correlation(speech, np.zeros(RATE, dtype=np.float32)) == 0
    assert correlation(speech, speech[:0]) == 0


def test_rounding_in_silence_does_not_look_like_the_sound(speech):
    heard = np.concatenate((tone(440, 1.0), np.full(4 * RATE, 1e-9, dtype=np.float32)))

    assert correlation(speech, heard) < 0.2


def test_speech_arrives_through_the_mixer_beside_another_voice(speech):
    stage = Stage()
    stage.enter("caller", 440).voice = Clip(speech, loop=0)
    stage.enter("bystander", 1000).muted = True
    agent = stage.enter("agent", 700)

    stage.play(7)

    assert correlation(speech, agent.ear.samples(7)) > 0.99


def test_speech_is_told_from_speech_under_music(speech):
    stage = Stage()
    stage.enter("caller", 440).voice = Clip(speech, loop=0)
    stage.enter("music", 523)
    agent = stage.enter("agent", 700)

    stage.play(7)

    assert correlation(speech, agent.ear.samples(7)) < 0.9
