"""The instruments themselves: they hear what sounds, and see what goes wrong."""

import pytest

from tools.browser import Witness, heard
from tools.people import wait_until

ECHO = """async () => {
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
  const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
  near.onicecandidate = ({ candidate }) => far.addIceCandidate(candidate);
  far.onicecandidate = ({ candidate }) => near.addIceCandidate(candidate);
  far.ontrack = ({ streams }) => {
    const sound = new Audio();
    sound.srcObject = streams[0];
    sound.play();
  };
  microphone.getTracks().forEach((track) => near.addTrack(track, microphone));
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription);
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription);
  window.microphone = microphone;
  window.far = far;
}"""


def show_empty(page):
    """An empty page of localhost that allows scripts of its own only."""
    headers = {"Content-Security-Policy": "default-src 'none'; script-src 'self'"}
    page.route("http://localhost/", lambda route: route.fulfill(body="<p>", headers=headers))
    page.goto("http://localhost/")


@pytest.fixture
def page(page_of):
    page = page_of()
    show_empty(page)
    return page


def test_a_tone_is_heard_as_it_was_spoken(page):
    page.evaluate(ECHO)

    wait_until(lambda: heard(page)["rms"] > 0.19, "it sounds", seen=lambda: heard(page))
    sound = heard(page, 1100, 700)

    assert sound["rms"] == pytest.approx(0.2, abs=0.01)
    assert sound["peak_hz"] == pytest.approx(1100, abs=3)
    spoken, absent = sound["levels"]
    assert spoken - absent > 40


def test_a_muted_microphone_is_silence(page):
    page.evaluate(ECHO)
    wait_until(lambda: heard(page)["rms"] > 0.1, "it sounds")

    page.evaluate("microphone.getTracks()[0].enabled = false")

    wait_until(lambda: heard(page)["rms"] < 0.001, "it is silent", seen=lambda: heard(page))


def test_nothing_is_heard_once_the_connection_is_closed(page):
    page.evaluate(ECHO)
    wait_until(lambda: heard(page)["rms"] > 0.1, "it sounds")

    page.evaluate("far.close()")

    assert heard(page)["rms"] == 0


@pytest.mark.parametrize(
    ("mishap", "seen"),
    [
        ("console.error('oh')", "console: oh"),
        ("setTimeout(() => { throw new Error('oh') })", "script: oh"),
        ("fetch('http://localhost/other')", "Content Security Policy"),
        ("document.querySelector('p').setAttribute('style', 'top: 0')", "inline style"),
        ("location = 'http://stranger.invalid/'", "stranger: http://stranger.invalid/"),
    ],
)
def test_what_goes_wrong_in_a_page_is_seen(voice, mishap, seen):
    with voice(1100).new_context() as context:
        witness = Witness(context)
        page = context.new_page()
        show_empty(page)
        assert witness.seen == []

        page.evaluate(f"() => {{ {mishap} }}")

        def is_noted():
            page.wait_for_timeout(20)  # only while Playwright is called does it tell us anything
            return any(seen in one for one in witness.seen)

        wait_until(is_noted, f"{seen!r} is noted", seen=lambda: witness.seen)


def test_a_page_that_does_nothing_wrong_has_nothing_noted(page):
    page.evaluate("document.querySelector('p').textContent = 'Well.'")
