import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.media.frames import FRAME
from sandbox.media.mixer import Port, Room
from sandbox.media.sources import Clip
from sandbox.tests.sounds import Stage, tone

JANE, JOE, ADA, CUSTOMER = 400.0, 600.0, 800.0, 1000.0
EVERY = (JANE, JOE, ADA, CUSTOMER)


@pytest.fixture
def stage():
    return Stage()


def test_each_hears_the_others_and_not_itself(stage):
    for name, hz in [("jane", JANE), ("joe", JOE), ("ada", ADA)]:
        stage.enter(name, hz)

    assert stage.heard(*EVERY) == {"jane": {JOE, ADA}, "joe": {JANE, ADA}, "ada": {JANE, JOE}}
    assert stage.room.hears() == {
        "jane": ["joe", "ada"],
        "joe": ["jane", "ada"],
        "ada": ["jane", "joe"],
    }


def test_one_who_is_alone_hears_nothing(stage):
    jane = stage.enter("jane", JANE)

    assert stage.heard(*EVERY) == {"jane": set()}
    assert jane.ear.level().rms == 0


def test_nobody_hears_anybody_before_the_room_has_started():
    stage = Stage(started=False)
    stage.enter("jane", JANE)
    stage.enter("joe", JOE)

    assert stage.heard(*EVERY) == {"jane": set(), "joe": set()}
    assert stage.room.hears() == {"jane": [], "joe": []}

    stage.room.started = True

    assert stage.heard(*EVERY) == {"jane": {JOE}, "joe": {JANE}}


def test_rooms_do_not_hear_each_other(stage):
    stage.enter("jane", JANE)
    stage.enter("joe", JOE)
    other = stage.mixer.rooms["other"] = Room("other")
    other.started = True
    ada = stage.alone("ada")
    other.join(ada)

    assert stage.heard(*EVERY) == {"jane": {JOE}, "joe": {JANE}, "ada": set()}


def test_one_who_left_is_neither_heard_nor_hears(stage):
    stage.enter("jane", JANE)
    stage.enter("joe", JOE)
    stage.play()

    stage.room.leave("joe")
    stage.room.leave("joe")

    assert stage.heard(*EVERY) == {"jane": set(), "joe": set()}


def test_a_muted_one_is_not_heard_but_hears(stage):
    stage.enter("jane", JANE).muted = True
    stage.enter("joe", JOE)

    assert stage.heard(*EVERY) == {"jane": {JOE}, "joe": set()}
    assert stage.room.hears() == {"jane": ["joe"], "joe": []}


def test_an_earmuffed_one_hears_nobody_but_is_heard(stage):
    stage.enter("jane", JANE).earmuffed = True
    stage.enter("joe", JOE)

    assert stage.heard(*EVERY) == {"jane": set(), "joe": {JANE}}
    assert stage.room.hears() == {"jane": [], "joe": ["jane"]}


def test_a_supervisor_whispers_to_the_agent_alone(stage):
    stage.enter("customer", CUSTOMER)
    stage.enter("jane", JANE)
    stage.enter("ada", ADA, can_speak=frozenset({"jane"}))

    assert stage.heard(*EVERY) == {
        "customer": {JANE},
        "jane": {CUSTOMER, ADA},
        "ada": {CUSTOMER, JANE},
    }


def test_a_supervisor_who_speaks_to_nobody_only_listens(stage):
    stage.enter("customer", CUSTOMER)
    stage.enter("jane", JANE)
    stage.enter("ada", ADA, can_speak=frozenset())

    assert stage.heard(*EVERY) == {"customer": {JANE}, "jane": {CUSTOMER}, "ada": {CUSTOMER, JANE}}


def test_one_who_may_hear_nobody_hears_nobody(stage):
    stage.enter("jane", JANE, can_hear=frozenset())
    stage.enter("joe", JOE)

    assert stage.heard(*EVERY) == {"jane": set(), "joe": {JANE}}


def test_both_lists_must_allow_a_path(stage):
    stage.enter("jane", JANE, can_speak=frozenset({"joe", "ada"}))
    stage.enter("joe", JOE, can_hear=frozenset({"ada"}))
    stage.enter("ada", ADA, can_hear=frozenset({"jane", "nobody"}))

    assert stage.heard(*EVERY) == {"jane": {JOE, ADA}, "joe": {ADA}, "ada": {JANE}}


def test_joining_again_gives_new_lists(stage):
    jane = stage.enter("jane", JANE, can_speak=frozenset())
    stage.enter("joe", JOE)
    assert stage.heard(*EVERY) == {"jane": {JOE}, "joe": set()}

    stage.room.join(jane)

    assert stage.heard(*EVERY) == {"jane": {JOE}, "joe": {JANE}}


def test_voices_that_are_too_loud_together_are_cut_and_not_turned_over(stage):
    for name in ("jane", "joe"):
        stage.enter(name, 0).voice = Clip(tone(440, 1.0, amplitude=0.9), loop=0)
    ada = stage.enter("ada", ADA)

    stage.play()

    expected = np.clip(2 * tone(440, 1.0, amplitude=0.9), -1, 1)
    assert ada.ear.samples(1) == pytest.approx(expected, abs=1e-3)


def test_a_voice_goes_on_while_nobody_hears_it(stage):
    jane = stage.enter("jane", JANE)
    jane.voice = Clip(np.concatenate((tone(JANE, 1.0), tone(CUSTOMER, 1.0))))
    jane.muted = True
    stage.enter("joe", JOE)
    stage.play()

    jane.muted = False

    assert stage.heard(*EVERY)["joe"] == {CUSTOMER}


def test_a_voice_that_has_ended_is_silent(stage):
    jane = stage.enter("jane", JANE)
    jane.voice = Clip(tone(JANE, 0.5))
    joe = stage.enter("joe", JOE)

    stage.play(2)

    assert jane.voice is None
    assert joe.ear.level().rms == 0


NAMES = ("a", "b", "c", "d", "e")
LISTS = st.none() | st.frozensets(st.sampled_from(NAMES))
PORTS = st.tuples(st.booleans(), st.booleans(), LISTS, LISTS, st.booleans())


@settings(max_examples=100, deadline=None, derandomize=True)
@given(ports=st.lists(PORTS, max_size=5), started=st.booleans())
def test_what_is_mixed_for_each_is_the_sum_of_those_it_hears(ports, started):
    room = Room("room")
    room.started = started
    voices = {}
    for number, (muted, earmuffed, can_speak, can_hear, silent) in enumerate(ports):
        port = Port(NAMES[number], muted=muted, earmuffed=earmuffed)
        room.join(port, can_speak=can_speak, can_hear=can_hear)
        if not silent:
            voices[port.id] = np.full(FRAME, 2.0**number, dtype=np.float32)

    mixed = room.mix(voices)

    for name, heard in room.hears().items():
        expected = sum(2.0 ** NAMES.index(each) for each in heard if each in voices)
        assert float(mixed[name][0] if name in mixed else 0.0) == expected
