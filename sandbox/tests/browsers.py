"""A browser with the Client SDK, as far as the wire shows it: socket, requests, sound."""

from __future__ import annotations

import asyncio
import json
import re
import time
from fractions import Fraction
from typing import Any

import aiohttp
import av
import numpy as np
import socketio  # type: ignore[import-untyped]
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from sandbox.media.ear import Ear
from sandbox.media.frames import FRAME, RATE
from sandbox.tasks import Tasks
from sandbox.tests.world import wait_until

OPUS_RATE = 48_000
STEP = OPUS_RATE // 50
DUMMY = "a=candidate:1 1 udp 2113937151 0.0.0.0 9 typ host"


class Voice(MediaStreamTrack):
    """A tone for ever, encoded once."""

    kind = "audio"

    def __init__(self, hz: float) -> None:
        super().__init__()
        self._packets = _encoded(hz)
        self._sent = 0
        self._began = 0.0

    async def recv(self) -> av.Packet:
        self._began = self._began or time.monotonic()
        due = self._began + self._sent / 50
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        packet = av.Packet(self._packets[self._sent % len(self._packets)])
        packet.pts, packet.time_base = self._sent * STEP, Fraction(1, OPUS_RATE)
        self._sent += 1
        return packet


class Headset:
    """The peer connection of one call: it says a tone, `ear` is what it hears."""

    def __init__(self, hz: float) -> None:
        self.ear = Ear()
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.peer.addTrack(Voice(hz))
        self.peer.add_listener("track", self._listen)
        self._tasks = Tasks("a headset")

    async def answer(self, offer: str) -> str:
        await self.peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await self.peer.setLocalDescription(await self.peer.createAnswer())
        return _without_addresses(self.peer.localDescription.sdp)

    async def offer(self) -> str:
        await self.peer.setLocalDescription(await self.peer.createOffer())
        return _without_addresses(self.peer.localDescription.sdp)

    async def accept(self, answer: str) -> None:
        await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def close(self) -> None:
        await self._tasks.settle()
        await self.peer.close()

    def _listen(self, track: MediaStreamTrack) -> None:
        self._tasks.spawn(self._hear(track))

    async def _hear(self, track: MediaStreamTrack) -> None:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=FRAME)
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            assert isinstance(frame, av.AudioFrame)
            for part in resampler.resample(frame):
                self.ear.append(part.to_ndarray()[0].astype(np.float32) / np.float32(32_768))


class Browser:
    """One page: `events` is what its socket brought, without the greeting."""

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str, hz: float = 700) -> None:
        self.http, self.url, self.token, self.hz = http, url, token, hz
        self.events: list[dict[str, Any]] = []
        self.session = ""
        self.headsets: dict[str, Headset] = {}
        self.socket = socketio.AsyncClient(reconnection=False, http_session=http)
        self.socket.on("*", self._hear)
        self._greeting: asyncio.Future[dict[str, Any]] = asyncio.Future()

    async def log_in(self, session: str = "", new_page: bool = True) -> dict[str, Any]:
        """Connect; the greeting, or the event that refuses.

        A page that was there before connects by itself, without the SDK's name.
        """
        resume = f"&session_id={session}" if session else ""
        resume += "&SDK_name=sdk" if new_page else ""
        await self.socket.connect(
            f"{self.url}?token={self.token}{resume}",
            transports=["websocket"],
            socketio_path="/v2/rtc",
        )
        greeting = await asyncio.wait_for(self._greeting, 5)
        self.session = greeting["body"].get("id", "")
        return greeting

    async def leave(self) -> None:
        """The page is closed."""
        for headset in self.headsets.values():
            await headset.close()
        await self.socket.disconnect()

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"bearer {self.token}"}
        async with self.http.request(method, self.url + path, json=body, headers=headers) as reply:
            text = await reply.text()
            return reply.status, json.loads(text) if text else None

    async def got(self, word: str, **body: Any) -> dict[str, Any]:
        """Wait for an event of that name whose body has these keys."""

        def find() -> dict[str, Any] | None:
            named = [event for event in self.events if event["type"] == word]
            fits = [event for event in named if body.items() <= event["body"].items()]
            return fits[-1] if fits else None

        return dict(await wait_until(find))

    def names(self) -> list[str]:
        return [event["type"] for event in self.events]

    async def take(self, invite: dict[str, Any]) -> tuple[int, Any]:
        """The first step of an answer."""
        member = invite["body"]["member_id"]
        path = f"/v0.3/conversations/{invite['cid']}/members/{member}"
        body = {"originating_session": self.session, "channel": {"type": "app"}, "state": "joined"}
        return await self.ask("PUT", path, body)

    async def answer(self, invite: dict[str, Any]) -> str:
        """Both steps; the call's id."""
        status, _ = await self.take(invite)
        assert status == 200
        uuid = invite["body"]["channel"]["id"]
        headset = self.headsets[uuid] = Headset(self.hz)
        sdp = await headset.answer(invite["body"]["sdp"])
        body = {"originating_session": self.session, "body": {"answer": sdp}}
        path = f"/v0.3/conversations/{invite['cid']}/rtc/{uuid}/answer"
        status, _ = await self.ask("POST", path, body)
        assert status == 200
        return str(uuid)

    async def call(self, **context: Any) -> str:
        """A call of its own, from the first step to the second; its id."""
        headset = Headset(self.hz)
        body = {"offer": {"type": "offer", "sdp": await headset.offer()}}
        offer = {"originating_session": self.session, "body": body}
        status, reply = await self.ask("POST", "/v0.3/legs", offer)
        assert status == 200, reply
        self.headsets[reply["rtc_id"]] = headset
        await headset.accept(reply["sdp"])
        knock = {
            "originating_session": self.session,
            "channel": {"type": "app", "id": reply["rtc_id"]},
            "properties": {"custom_data": context},
        }
        status, _ = await self.ask("POST", "/v0.3/knocking", knock)
        assert status == 200
        return str(reply["rtc_id"])

    async def reconnect(self, uuid: str, conversation: str) -> None:
        """New sound for a call, as after a reload of the page."""
        headset = self.headsets[uuid] = Headset(self.hz)
        path = f"/v0.3/conversations/{conversation}/rtc/{uuid}/offer"
        body = {"offer": {"sdp": await headset.offer()}}
        status, reply = await self.ask(
            "POST", path, {"originating_session": self.session, "body": body}
        )
        assert status == 200, reply
        event = await self.got("rtc:answer", rtc_id=uuid)
        await headset.accept(event["body"]["answer"])

    async def hang_up(self, event: dict[str, Any], query: str = "") -> tuple[int, Any]:
        """Leave, or reject, as the member an event names."""
        member = event["body"]["member_id"]
        path = f"/v0.2/conversations/{event['cid']}/members/{member}{query}"
        return await self.ask("DELETE", path)

    async def act(self, event: dict[str, Any], word: str, **body: Any) -> tuple[int, Any]:
        """An event of its own, as the member that `event` names."""
        whole = {"type": word, "from": event["from"], "originating_session": self.session}
        path = f"/v0.3/conversations/{event['cid']}/events"
        return await self.ask("POST", path, whole | {"body": body})

    async def _hear(self, word: str, event: dict[str, Any]) -> None:
        if self._greeting.done():
            self.events.append(event)
        else:
            self._greeting.set_result(event)


def _encoded(hz: float) -> list[bytes]:
    """A second of a tone as Opus packets."""
    encoder = av.CodecContext.create("libopus", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.sample_rate, encoder.layout, encoder.format = OPUS_RATE, "mono", "flt"
    samples = 0.3 * np.sin(2 * np.pi * hz * np.arange(2 * OPUS_RATE) / OPUS_RATE)
    packets = []
    for start in range(0, len(samples), STEP):
        block = samples[start : start + STEP].astype(np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(block, format="flt", layout="mono")
        frame.sample_rate = OPUS_RATE
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return packets[50:100]


def _without_addresses(sdp: str) -> str:
    """The SDK sends one candidate that leads nowhere."""
    kept = [line for line in sdp.splitlines() if not re.match("a=(candidate|end-of)", line)]
    return "\r\n".join([*kept, DUMMY, ""])
