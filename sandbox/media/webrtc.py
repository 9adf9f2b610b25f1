"""A browser's sound on a leg, over WebRTC."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from fractions import Fraction

import aioice.ice
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.exceptions import InternalError, InvalidAccessError, InvalidStateError, OperationError
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioCodecContext, AudioFrame, AudioResampler, CodecContext
from av.packet import Packet

from sandbox.media.decode import FULL_SCALE
from sandbox.media.frames import FRAME, RATE, SILENCE, Frame
from sandbox.media.mixer import Port
from sandbox.tasks import Tasks

LOOPBACK = "127.0.0.1"
HELD = 3  # frames of a microphone that have to be there before the first is used
LATE = 5  # frames, 100 ms: what waits longer than that, and those held, is dropped
OPUS = [
    codec
    for codec in RTCRtpSender.getCapabilities("audio").codecs
    if codec.mimeType.lower() == "audio/opus"
]
OPUS_CLOCK = Fraction(1, 48_000)
OPUS_STEP = 960
BAD_SDP = (
    ValueError, LookupError, AssertionError, AttributeError, TypeError,
    InternalError, InvalidAccessError, InvalidStateError, OperationError,
)  # fmt: skip

_outside_addresses = aioice.ice.get_host_addresses


def _host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    """This machine's addresses, loopback first: a browser on a machine without any other has it."""
    return [LOOPBACK, *_outside_addresses(use_ipv4, use_ipv6)]


# aioice leaves loopback out and has no setting for it; it looks this name up whenever it gathers.
aioice.ice.get_host_addresses = _host_addresses


class BrowserSound:
    """One browser's microphone and loudspeaker on a port, from connecting to the end.

    Use `offer` and then `accept`, or `answer`; a second of these is an error. While connected the
    microphone is the port's voice and the loudspeaker gets what the port hears; another
    BrowserSound on the same port takes both over when it connects. `connected` stays set once it
    was. `lost` is called once if the connection fails or the browser closes it, never after
    `close`.
    """

    def __init__(self, port: Port, lost: Callable[[], None] | None = None) -> None:
        self.port = port
        self.connected = asyncio.Event()
        self.microphone = Microphone()
        self._lost = lost
        self._tasks = Tasks("a browser's sound")
        self._speaker = Speaker()
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._peer.addTrack(self._speaker)
        self._transceiver = self._peer.getTransceivers()[0]
        self._transceiver.setCodecPreferences(OPUS)
        self._peer.add_listener("track", self._listen)
        self._peer.add_listener("connectionstatechange", self._changed)

    @property
    def live(self) -> bool:
        """Whether it is connected now."""
        return self._peer.connectionState == "connected"

    async def offer(self) -> str:
        """The SDP to offer to the browser, all candidates in it."""
        await self._peer.setLocalDescription(await self._peer.createOffer())
        return self._peer.localDescription.sdp

    async def accept(self, answer_sdp: str) -> None:
        """Take the browser's answer to the offer; ValueError if it is none."""
        await self._take(answer_sdp, "answer")

    async def answer(self, offer_sdp: str) -> str:
        """The SDP that answers a browser's offer; ValueError if that is none, or is not Opus."""
        await self._take(offer_sdp, "offer")
        await self._peer.setLocalDescription(await self._peer.createAnswer())
        return self._peer.localDescription.sdp

    async def close(self) -> None:
        """End it; the port is silent and nobody is told."""
        self._lost = None
        self._detach()
        await self._tasks.settle()
        await self._peer.close()

    async def _take(self, sdp: str, kind: str) -> None:
        try:
            await self._peer.setRemoteDescription(RTCSessionDescription(_without_names(sdp), kind))
            usable = self._transceiver.mid is not None
        except BAD_SDP:
            usable = False
        if not usable:
            raise ValueError(f"The SDP is not a usable {kind}.")

    def _listen(self, track: MediaStreamTrack) -> None:
        self._tasks.spawn(self.microphone.receive(track))

    def _changed(self) -> None:
        state = self._peer.connectionState
        if state == "connected":
            self.port.voice, self.port.heard = self.microphone, self._speaker.push
            self.connected.set()
        elif state in {"failed", "closed"}:
            self._detach()
            lost, self._lost = self._lost, None
            if lost is not None:
                lost()

    def _detach(self) -> None:
        if self.port.voice is self.microphone:
            self.port.voice = None
        if self.port.heard == self._speaker.push:
            self.port.heard = None


class Microphone:
    """What a browser sends, frame by frame, smoothed by waiting a little before the first.

    `underruns` counts the frames of silence played because nothing had come, `dropped` those that
    came too late.
    """

    def __init__(self) -> None:
        self.underruns = 0
        self.dropped = 0
        self._frames: deque[Frame] = deque()
        self._begun = False

    def next(self) -> Frame:
        self._begun = self._begun or len(self._frames) >= HELD
        if self._begun and self._frames:
            return self._frames.popleft()
        self.underruns += self._begun
        return SILENCE

    async def receive(self, track: MediaStreamTrack) -> None:
        """Take in what the track brings, until it ends."""
        # 16-bit output makes the downmix of stereo an average; as floats it would be louder.
        resampler = AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=FRAME)
        while True:
            try:
                received = await track.recv()
            except MediaStreamError:
                return
            if isinstance(received, AudioFrame):
                for part in resampler.resample(received):
                    self.push(part.to_ndarray()[0] / np.float32(FULL_SCALE + 1))

    def push(self, frame: Frame) -> None:
        self._frames.append(frame)
        if len(self._frames) > HELD + LATE:
            self._frames.popleft()
            self.dropped += 1


class Speaker(MediaStreamTrack):
    """What a browser is sent: Opus packets, of the frames pushed.

    They are encoded here, at our rate: a frame of sound aiortc would resample, and hand to another
    thread and back fifty times a second.
    """

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._frames: asyncio.Queue[Frame] = asyncio.Queue()
        self._encoder = _opus_encoder()
        self._at = 0

    def push(self, frame: Frame) -> None:
        if self._frames.qsize() >= LATE:
            self._frames.get_nowait()
        self._frames.put_nowait(frame)

    async def recv(self) -> Packet:
        while True:
            frame = AudioFrame.from_ndarray(
                (await self._frames.get()).reshape(1, -1), format="flt", layout="mono"
            )
            frame.sample_rate = RATE
            frame.pts = None
            for packet in self._encoder.encode(frame):
                packet.pts, packet.time_base = self._at, OPUS_CLOCK
                self._at += OPUS_STEP
                return packet


def _opus_encoder() -> AudioCodecContext:
    encoder = CodecContext.create("libopus", "w")
    assert isinstance(encoder, AudioCodecContext)  # noqa: S101 (for the types: an audio codec)
    encoder.sample_rate = RATE
    encoder.layout = "mono"
    encoder.format = "flt"
    encoder.bit_rate = 32_000
    # Complexity 0 to 10: beyond 2 it costs twice as much, for nothing a voice would show.
    encoder.options = {"application": "voip", "compression_level": "2"}
    return encoder


def _without_names(sdp: str) -> str:
    """The SDP without candidates that only multicast DNS resolves, which few networks answer.

    We learn such a browser's address from its own checks. That its candidates are complete is left
    out too: with none to try, the connection would be given up before its first check.
    """
    lines = sdp.splitlines()
    kept = [line for line in lines if not line.startswith("a=end-of-candidates")]
    kept = [line for line in kept if not (line.startswith("a=candidate") and ".local " in line)]
    return "".join(f"{line}\r\n" for line in kept)
