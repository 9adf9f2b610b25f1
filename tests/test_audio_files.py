import shutil

import pytest

from tools import make_audio
from tools.make_audio import AUDIO, problems


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the files that a test may spoil."""
    folder = shutil.copytree(AUDIO, tmp_path / "audio")
    monkeypatch.setattr(make_audio, "AUDIO", folder)
    return folder


def test_music_and_ringback_are_known_by_their_frequency_in_every_second():
    assert problems() == []


def test_a_file_that_is_missing_is_a_problem(copy):
    (copy / "hold.mp3").unlink()

    assert problems() == ["hold.mp3 is missing, or is not mono audio."]


def test_a_file_that_sounds_of_something_else_is_a_problem(copy):
    shutil.copy(copy / "hold.mp3", copy / "ringback.mp3")

    [problem] = problems()

    assert problem.startswith("ringback.mp3: at 0.0 s 523 Hz is the strongest")


def test_a_check_that_finds_a_problem_fails(copy, monkeypatch, capsys):
    (copy / "ringback.mp3").write_text("no sound")
    monkeypatch.setattr("sys.argv", ["make_audio", "--check"])

    assert make_audio.main() == 1
    assert capsys.readouterr().out == "ringback.mp3 is missing, or is not mono audio.\n"
