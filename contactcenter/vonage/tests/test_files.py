"""Recordings: fetched from Vonage alone, and never more than we can keep."""

from itertools import count

import pytest
import requests

from contactcenter.vonage.client import files
from contactcenter.vonage.errors import NotFound, Rejected, Unavailable
from contactcenter.vonage.tests.loopback import HALF, server_that

RECORDING = "https://api-us-1.nexmo.com/v1/files/63f61863-4a51-4f6b-86e1-46edebcf9356"


def test_a_recording_is_fetched_as_the_application(vonage, platform):
    platform.get(RECORDING, body=b"ID3 sound")

    content = vonage.fetch(RECORDING)

    assert content == b"ID3 sound"
    assert platform.calls[0].request.headers["Authorization"].startswith("Bearer ")


@pytest.mark.parametrize(
    "url",
    [
        "https://vonage.example.com/v1/files/1",
        "https://example.com/?.nexmo.com/",
        "http://api.nexmo.com/v1/files/1",
        "https://api.nexmo.com@example.com/v1/files/1",
        "file:///etc/passwd",
        "",
    ],
)
def test_our_token_goes_nowhere_else(vonage, platform, url):
    with pytest.raises(ValueError, match="neither at Vonage"):
        vonage.fetch(url)

    assert len(platform.calls) == 0


def test_a_redirect_is_not_followed(vonage, platform):
    elsewhere = {"Location": "https://example.com/sound.mp3"}
    platform.get(RECORDING, status=302, headers=elsewhere)

    with pytest.raises(Rejected):
        vonage.fetch(RECORDING)

    assert len(platform.calls) == 1


def test_a_recording_that_is_not_there_yet_is_said_to_be_missing(vonage, platform):
    platform.get(RECORDING, status=404)

    with pytest.raises(NotFound):
        vonage.fetch(RECORDING)


def test_what_is_larger_than_we_keep_is_refused_while_it_comes(vonage, platform, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 1000)
    monkeypatch.setattr(files, "CHUNK", 100)
    platform.get(RECORDING, body=b"x" * 1001)
    platform.get(RECORDING, body=b"x" * 1000)

    with pytest.raises(Rejected, match="more than 1000 bytes"):
        vonage.fetch(RECORDING)
    assert len(vonage.fetch(RECORDING)) == 1000


def test_what_trickles_for_longer_than_a_minute_is_given_up(vonage, platform, monkeypatch):
    monkeypatch.setattr(files, "CHUNK", 1)
    platform.get(RECORDING, body=b"x" * 10)
    clock = count(0, 20)

    with pytest.raises(Unavailable, match="not finished after 60 s"):
        vonage.fetch(RECORDING, clock=lambda: next(clock))


def test_what_breaks_off_may_be_asked_for_again_and_nothing_personal_is_said(connect):
    with server_that(HALF, HALF, HALF) as server:
        vonage = connect(server.url)
        with pytest.raises(Unavailable) as caught:
            vonage.fetch(f"{server.url}/v1/files/1?caller=447700900001")

    assert "447700900001" not in str(caught.value)
    assert not isinstance(caught.value.__cause__, requests.RequestException)
