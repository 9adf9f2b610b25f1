from tools.make_audio import problems


def test_music_and_ringback_are_known_by_their_frequency_in_every_second():
    assert problems() == []
