"""Sounds for legs: speech, and files fetched from the customer's server."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
import numpy as np

from sandbox.media.decode import BadAudio, decode
from sandbox.media.frames import Frame
from sandbox.media.speech import speak
from sandbox.webhooks.sender import Sender

logger = logging.getLogger(__name__)

LARGEST = 20 * 1024 * 1024
TIMEOUT = aiohttp.ClientTimeout(total=10)


class Audio:
    """Files are fetched once, and kept by URL."""

    def __init__(self, sender: Sender) -> None:
        self.sender = sender
        self._files: dict[str, Frame] = {}
        self._fetching: dict[str, asyncio.Task[Frame]] = {}

    async def speech(self, text: str, language: str) -> Frame:
        """The samples of a text."""
        return await asyncio.to_thread(speak, text, language)

    async def file(self, url: str) -> Frame:
        """The samples of a file; none if it cannot be had, which is logged and tried anew."""
        if url in self._files:
            return self._files[url]
        if url not in self._fetching:
            self._fetching[url] = asyncio.create_task(self._fetch(url))
            self._fetching[url].add_done_callback(lambda _: self._fetching.pop(url))
        # A leg that goes away must not end the fetch for the others.
        return await asyncio.shield(self._fetching[url])

    async def _fetch(self, url: str) -> Frame:
        try:
            async with self.sender.session().get(url, timeout=TIMEOUT) as reply:
                reply.raise_for_status()
                data = await reply.content.read(LARGEST)
                while len(data) < LARGEST and not reply.content.at_eof():
                    data += await reply.content.read(LARGEST - len(data))
            samples = await asyncio.to_thread(decode, data)
        except (TimeoutError, aiohttp.ClientError, BadAudio, ValueError) as error:
            logger.warning("A stream gives silence (%s): %s", type(error).__name__, url)
            return np.zeros(0, dtype=np.float32)
        self._files[url] = samples
        return samples
