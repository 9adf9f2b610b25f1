import io
import wave
from pathlib import Path

import numpy as np
import pytest

from sandbox.media.decode import BadAudio, decode, read_file, write_wav
from sandbox.media.frames import RATE
from sandbox.media.spectrum import dominant, rms
from sandbox.tests.sounds import tone

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_wav_file_gives_back_the_samples_it_was_made_of():
    samples = tone(440, 1.0, amplitude=0.9)

    assert decode(write_wav(samples)) == pytest.approx(samples, abs=1e-4)


def test_a_wav_file_is_16_bit_mono_at_16_khz():
    with wave.open(io.BytesIO(write_wav(tone(440, 0.5)))) as file:
        assert file.getparams()[:4] == (1, 2, 16_000, 8_000)


def test_samples_beyond_full_scale_are_cut_when_written():
    loud = tone(440, 0.5, amplitude=3)

    assert decode(write_wav(loud)) == pytest.approx(np.clip(loud, -1, 1), abs=1e-3)


def test_a_stereo_file_at_another_rate_becomes_mono_at_16_khz():
    left, right = _at_44100(440, amplitude=0.9), _at_44100(440, amplitude=0.3)

    heard = decode(_stereo(left, right, rate=44_100))

    assert len(heard) == pytest.approx(2 * RATE, abs=2)
    assert dominant(heard) == pytest.approx(440, abs=0.5)
    assert rms(heard) == pytest.approx(0.6 / np.sqrt(2), abs=0.01)


def test_two_loud_channels_are_averaged_and_not_cut():
    loud = _at_44100(440, amplitude=0.95)

    heard = decode(_stereo(loud, loud, rate=44_100))

    assert np.abs(heard).max() == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(("name", "hz"), [("hold.mp3", 523), ("ringback.mp3", 425)])
def test_our_mp3_files_are_decoded(name, hz):
    heard = decode((ROOT / "static" / "audio" / name).read_bytes())

    assert dominant(heard[RATE : 2 * RATE]) == pytest.approx(hz, abs=2)


def test_a_file_is_read_by_its_absolute_path(tmp_path):
    file = tmp_path / "tone.wav"
    file.write_bytes(write_wav(tone(440, 0.5)))

    assert dominant(read_file(str(file))) == pytest.approx(440, abs=1)


@pytest.mark.parametrize(
    "data",
    [b"", b"This is not a sound.", bytes(5000), b"RIFF\x24\x00\x00\x00WAVE", write_wav(tone(1, 0))],
    ids=["nothing", "text", "zeros", "header", "no samples"],
)
def test_what_is_no_sound_is_refused_in_one_sentence(data):
    with pytest.raises(BadAudio, match=r"^The file [^.]+\.$"):
        decode(data)


def test_a_playlist_is_refused_and_what_it_names_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.wav").write_bytes(write_wav(tone(440, 0.5)))

    with pytest.raises(BadAudio):
        decode(b"ffconcat version 1.0\nfile secret.wav\n")


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("tone.wav", "The path of an audio file must be absolute: tone.wav."),
        ("/no/such/tone.wav", "The audio file cannot be read: /no/such/tone.wav."),
        ("/sounds\0/tone.wav", "The audio file cannot be read: /sounds\0/tone.wav."),
        (__file__, f"The file is not audio that can be decoded: {__file__}."),
    ],
    ids=["relative", "missing", "impossible", "a text"],
)
def test_a_path_that_gives_no_sound_is_refused_in_one_sentence(path, sentence):
    with pytest.raises(BadAudio) as refused:
        read_file(path)

    assert str(refused.value) == sentence


def _at_44100(hz, amplitude):
    return amplitude * np.sin(2 * np.pi * hz * np.arange(2 * 44_100) / 44_100)


def _stereo(left, right, rate):
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.stack([left, right], axis=1) * 32_767).astype("<i2").tobytes())
    return buffer.getvalue()
