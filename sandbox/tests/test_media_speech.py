import stat
import sys

import numpy as np
import pytest

from sandbox.media.frames import RATE
from sandbox.media.spectrum import dominant, rms
from sandbox.media.speech import speak

TEXT = "Thank you for calling. How can I help you today?"


@pytest.fixture
def tones(monkeypatch):
    monkeypatch.setenv("SANDBOX_SPEECH", "tones")


@pytest.fixture
def program(monkeypatch, tmp_path):
    """A stand-in for espeak-ng: it knows German only, and notes how it was called."""
    file = tmp_path / "espeak-ng"
    file.write_text(
        f"#!{sys.executable}\n"
        "import math, pathlib, struct, sys, wave\n"
        "log = pathlib.Path(__file__).with_name('log')\n"
        "said = sys.stdin.read()\n"
        "with log.open('a') as lines: lines.write(' '.join(sys.argv[1:]) + '|' + said + '\\n')\n"
        "if '-vde' not in sys.argv: sys.exit(1)\n"
        "with wave.open(sys.stdout.buffer, 'wb') as out:\n"
        "    out.setnchannels(1); out.setsampwidth(2); out.setframerate(22050)\n"
        "    rate = 2 * math.pi * 700 / 22050\n"
        "    out.writeframes(b''.join(struct.pack('<h', int(9000 * math.sin(rate * each)))"
        " for each in range(22050)))\n"
    )
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    monkeypatch.delenv("SANDBOX_SPEECH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path / "log"


def test_the_same_text_always_gives_the_same_tones(tones):
    first = speak(TEXT).copy()
    speak.__globals__["_speak"].cache_clear()

    assert np.array_equal(speak(TEXT), first)


def test_other_texts_give_other_tones(tones):
    assert not np.array_equal(speak("For sales, press one."), speak("For sales, press two."))


def test_the_length_follows_the_text_up_to_ten_seconds(tones):
    assert len(speak(TEXT)) == pytest.approx(len(TEXT) * 0.065 * RATE)
    assert len(speak(TEXT * 10)) == 10 * RATE
    assert len(speak("")) == 0


@pytest.mark.parametrize(
    "text", [TEXT, "Goodbye.", "For sales, press 1. For Jane, press 2.", "a" * 99]
)
def test_tones_lie_between_300_and_390_hz_and_are_quiet(tones, text):
    samples = speak(text)

    for start in range(0, max(1, len(samples) - RATE), RATE // 10):
        second = samples[start : start + RATE]
        assert dominant(second) == pytest.approx(345, abs=45)
        assert 0.01 < rms(second) < 0.1


def test_ssml_tags_are_not_spoken(tones):
    tagged = '<speak>Thank you <break time="1s"/>for   calling &amp; goodbye.</speak>'

    assert np.array_equal(speak(tagged), speak("Thank you for calling & goodbye."))


def test_samples_of_a_text_cannot_be_changed_by_one_who_plays_them(tones):
    with pytest.raises(ValueError, match="read-only"):
        speak(TEXT)[0] = 1


def test_the_program_speaks_the_text_that_it_reads_and_is_run_once(program):
    samples = speak("<speak>--version</speak>", "de")

    assert dominant(samples) == pytest.approx(700, abs=2)
    assert len(samples) == pytest.approx(RATE, abs=20)
    assert speak("--version", "de") is samples
    assert program.read_text() == "-vde --stdin --stdout|--version\n"


def test_a_country_the_program_does_not_know_gets_the_language(program):
    assert dominant(speak("Grüezi", "de-CH")) == pytest.approx(700, abs=2)


def test_a_language_the_program_does_not_know_is_tones(program):
    assert dominant(speak("Hello", "xx-XX")) == pytest.approx(345, abs=45)


def test_a_text_that_cannot_be_encoded_is_tones(program):
    assert dominant(speak("broken \ud800 text", "de")) == pytest.approx(345, abs=45)
