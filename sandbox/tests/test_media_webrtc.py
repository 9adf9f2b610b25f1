import asyncio

import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection

from sandbox.media.frames import FRAME, SILENCE, Frame
from sandbox.media.mixer import Port
from sandbox.media.sources import Tone
from sandbox.media.webrtc import BrowserSound, Microphone
from sandbox.tests.browsers import Headset
from sandbox.tests.world import wait_until


def frame(value: float):
    return np.full(FRAME, value, dtype=np.float32)


def full(microphone: Microphone, count: int) -> Microphone:
    for number in range(count):
        microphone.push(frame(number))
    return microphone


async def connected(sound: BrowserSound, headset: Headset) -> None:
    await sound.accept(await headset.answer(await sound.offer()))
    await asyncio.wait_for(sound.connected.wait(), 5)
    await wait_until(lambda: headset.peer.connectionState == "connected")


def test_a_microphone_waits_for_three_frames_before_the_first():
    microphone = full(Microphone(), 2)
    assert microphone.next() is SILENCE
    microphone.push(frame(2))
    assert [microphone.next()[0] for _ in range(3)] == [0, 1, 2]
    assert microphone.underruns == 0


def test_a_microphone_plays_silence_for_what_has_not_come_and_counts_it():
    microphone = full(Microphone(), 3)
    for _ in range(3):
        microphone.next()
    assert [microphone.next() is SILENCE for _ in range(2)] == [True, True]
    assert microphone.underruns == 2
    microphone.push(frame(0.5))
    assert microphone.next()[0] == 0.5


def test_of_what_comes_in_a_heap_a_microphone_drops_the_oldest():
    microphone = full(Microphone(), 10)
    assert microphone.dropped == 2
    assert microphone.next()[0] == 2


def test_a_port_passes_on_every_frame_it_hears():
    heard: list[Frame] = []
    port = Port("leg", heard=heard.append)
    port.play(Tone(440))
    port.listen(None)
    port.listen(frame(2.0))
    assert len(heard) == 2
    assert heard[1].max() == 1.0


async def test_an_offer_has_loopback_among_its_candidates():
    sound = BrowserSound(Port("leg"))
    assert " 127.0.0.1 " in await sound.offer()
    await sound.close()


async def test_while_connected_the_browser_is_the_ports_voice_and_its_ear():
    port, headset = Port("leg"), Headset(700)
    sound = BrowserSound(port)
    await connected(sound, headset)
    assert port.voice is sound.microphone
    assert port.heard is not None
    assert sound.live
    await sound.close()
    assert [port.voice, port.heard, sound.live] == [None, None, False]
    await headset.close()


async def test_a_browser_that_closes_is_noted_once():
    lost = []
    sound, headset = BrowserSound(Port("leg"), lambda: lost.append("lost")), Headset(700)
    await connected(sound, headset)
    await headset.close()
    await wait_until(lambda: lost)
    await sound.close()
    assert lost == ["lost"]
    assert sound.port.voice is None


async def test_our_own_close_is_no_loss():
    lost = []
    sound, headset = BrowserSound(Port("leg"), lambda: lost.append("lost")), Headset(700)
    await connected(sound, headset)
    await sound.close()
    await headset.close()
    assert lost == []


async def test_the_newer_sound_on_a_port_takes_over_and_the_older_one_leaves_it_alone():
    port = Port("leg")
    old, new = BrowserSound(port), BrowserSound(port)
    headsets = [Headset(700), Headset(900)]
    await connected(old, headsets[0])
    await connected(new, headsets[1])
    await old.close()
    assert port.voice is new.microphone
    assert port.heard is not None
    await new.close()
    for headset in headsets:
        await headset.close()


async def test_candidates_that_only_multicast_dns_resolves_are_done_without():
    port, headset = Port("leg"), Headset(700)
    sound = BrowserSound(port)
    answer = await headset.answer(await sound.offer())
    hidden = "a=candidate:1 1 udp 2113937151 0c2f6a3e-1.local 50000 typ host"
    lines = [line for line in answer.splitlines() if not line.startswith("a=candidate")]
    await sound.accept("\r\n".join([*lines, hidden, "a=end-of-candidates", ""]))
    await asyncio.wait_for(sound.connected.wait(), 5)
    await sound.close()
    await headset.close()


@pytest.mark.parametrize("sdp", ["", "nonsense", "v=0\r\nm=audio 9 X 0\r\n"])
async def test_what_is_no_description_is_refused(sdp):
    offering, answering = BrowserSound(Port("a")), BrowserSound(Port("b"))
    await offering.offer()
    with pytest.raises(ValueError, match="not a usable answer"):
        await offering.accept(sdp)
    with pytest.raises(ValueError, match="not a usable offer"):
        await answering.answer(sdp)
    await offering.close()
    await answering.close()


async def test_an_offer_without_opus_is_refused():
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    transceiver = peer.addTransceiver("audio")
    capabilities = transceiver.sender.getCapabilities("audio").codecs
    transceiver.setCodecPreferences([each for each in capabilities if "PCM" in each.mimeType])
    await peer.setLocalDescription(await peer.createOffer())
    sound = BrowserSound(Port("leg"))
    with pytest.raises(ValueError, match="not a usable offer"):
        await sound.answer(peer.localDescription.sdp)
    await sound.close()
    await peer.close()
