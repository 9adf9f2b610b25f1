import numpy as np
import pytest

from sandbox.media.frames import FRAME
from sandbox.media.sources import Clip, Tone
from sandbox.tests.sounds import drain, tone

RAMP = np.linspace(-0.4, 0.4, 500, dtype=np.float32)


def test_a_tone_goes_on_without_a_click_between_its_frames():
    heard = drain(Tone(437.3, amplitude=0.25), most=50)

    assert heard == pytest.approx(tone(437.3, 1.0, amplitude=0.25), abs=1e-5)


def test_a_clip_is_played_once_and_its_last_frame_is_filled_up_with_silence():
    heard = drain(Clip(RAMP))

    assert len(heard) == 2 * FRAME
    assert np.array_equal(heard[:500], RAMP)
    assert not np.any(heard[500:])


def test_a_clip_is_repeated_without_a_gap():
    heard = drain(Clip(RAMP, loop=3))

    assert np.array_equal(heard[:1500], np.tile(RAMP, 3))
    assert not np.any(heard[1500:])


def test_a_clip_that_loops_for_ever_does_not_end():
    heard = drain(Clip(RAMP, loop=0), most=200)

    assert np.array_equal(heard, np.resize(RAMP, 200 * FRAME))


def test_a_clip_shorter_than_a_frame_fills_frames_when_it_loops():
    heard = drain(Clip(RAMP[:7], loop=0), most=3)

    assert np.array_equal(heard, np.resize(RAMP[:7], 3 * FRAME))


@pytest.mark.parametrize("loop", [0, 1, 5])
def test_a_clip_of_nothing_has_ended(loop):
    assert Clip(RAMP[:0], loop=loop).next() is None


@pytest.mark.parametrize(
    ("level", "factor"), [(-1.0, 0.0), (-0.5, 0.5), (0.0, 1.0), (0.5, 1.5), (1.0, 2.0)]
)
def test_the_level_makes_a_clip_softer_or_louder(level, factor):
    assert drain(Clip(RAMP, level=level))[:500] == pytest.approx(RAMP * factor)


def test_a_clip_made_louder_stays_within_full_scale():
    heard = drain(Clip(RAMP * 2, level=1.0))

    assert heard.max() == 1.0
    assert heard.min() == -1.0
