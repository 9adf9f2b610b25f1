import numpy as np
import pytest

from sandbox.media.sources import Clip, Tone
from sandbox.tests.sounds import Stage, tone

JANE, JOE, TALK, MUSIC = 400.0, 600.0, 350.0, 523.0
EVERY = (JANE, JOE, TALK, MUSIC)


@pytest.fixture
def stage():
    return Stage()


def test_a_prompt_is_heard_by_its_leg_alone_and_over_the_conversation(stage):
    stage.enter("jane", JANE).play(Tone(TALK, amplitude=0.2))
    stage.enter("joe", JOE)

    assert stage.heard(*EVERY) == {"jane": {JOE, TALK}, "joe": {JANE}}


def test_a_leg_in_no_room_hears_only_its_prompt(stage):
    stage.enter("jane", JANE)
    stage.enter("joe", JOE)
    stage.alone("caller").play(Tone(TALK))

    assert stage.heard(*EVERY)["caller"] == {TALK}


def test_an_earmuffed_leg_still_hears_its_prompt(stage):
    jane = stage.enter("jane", JANE)
    jane.earmuffed = True
    jane.play(Tone(TALK))
    stage.enter("joe", JOE)

    assert stage.heard(*EVERY) == {"jane": {TALK}, "joe": {JANE}}


def test_music_is_heard_until_the_room_has_started():
    stage = Stage(started=False)
    caller = stage.enter("caller", JANE)
    caller.play(Clip(tone(MUSIC, 1.0), loop=0))
    assert stage.heard(*EVERY) == {"caller": {MUSIC}}

    stage.enter("jane", JOE)
    assert stage.heard(*EVERY) == {"caller": {MUSIC}, "jane": set()}

    caller.play(None)
    stage.room.started = True
    assert stage.heard(*EVERY) == {"caller": {JOE}, "jane": {JANE}}


def test_the_end_of_a_prompt_is_told_once_when_it_is_already_gone(stage):
    port = stage.alone("caller")
    told = []
    port.play(Clip(tone(TALK, 0.1)), lambda: told.append(port.prompt))

    stage.play(0.1)
    assert told == []

    stage.play(2)
    assert told == [None]
    assert port.prompt_ended is None


def test_the_end_of_a_prompt_can_start_the_next_one(stage):
    port = stage.alone("caller")
    port.play(Clip(tone(TALK, 0.1)), lambda: port.play(Tone(MUSIC)))

    assert stage.heard(*EVERY) == {"caller": {TALK, MUSIC}}
    assert stage.heard(*EVERY) == {"caller": {MUSIC}}


def test_a_prompt_that_is_replaced_does_not_tell_its_end(stage):
    port = stage.alone("caller")
    told = []
    port.play(Clip(tone(TALK, 0.1)), lambda: told.append("first"))

    port.play(Clip(tone(MUSIC, 0.1)), lambda: told.append("second"))
    stage.play()

    assert told == ["second"]


def test_a_prompt_that_is_stopped_does_not_tell_its_end(stage):
    port = stage.alone("caller")
    told = []
    port.play(Clip(tone(TALK, 0.5)), lambda: told.append("ended"))
    stage.play(0.1)

    port.play(None)
    stage.play()

    assert told == []
    assert port.ear.level().rms == 0


def test_the_end_of_a_prompt_can_end_the_leg_and_its_room(stage):
    port = stage.enter("caller", JANE)
    stage.enter("jane", JOE)

    def hang_up():
        del stage.mixer.ports["caller"]
        del stage.mixer.rooms["room"]

    port.play(Clip(tone(TALK, 0.1)), hang_up)

    assert stage.heard(*EVERY) == {"jane": {JANE}}
    assert stage.heard(*EVERY) == {"jane": set()}


def test_a_prompt_over_a_loud_voice_is_cut_and_not_turned_over(stage):
    loud = tone(440, 1.0, amplitude=0.9)
    stage.enter("jane", JANE).voice = Clip(loud, loop=0)
    caller = stage.enter("caller", JOE)
    caller.play(Clip(loud, loop=0))

    stage.play()

    assert caller.ear.samples(1) == pytest.approx(np.clip(2 * loud, -1, 1), abs=1e-3)
