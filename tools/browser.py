"""Chromium as people use it, with a voice of their own, and what went wrong in its pages."""

import shutil
import wave
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request

from tools.stack import ROOT

RATE = 48_000
# Chromium's own traffic off, a microphone that plays a file, and sound in a machine with only lo.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--allow-loopback-in-peer-connection", "--use-fake-device-for-media-stream",
)  # fmt: skip
HERE = {"localhost", "127.0.0.1"}
LEFT = "net::ERR_ABORTED"  # a request of a page that was left, or sound that was not wanted longer
EARS = (ROOT / "tools" / "ears.js").read_text()


class NoBrowser(Exception):
    """There is no Chromium on the PATH."""


def chromium() -> str:
    """The program, as the machine has it."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise NoBrowser("Chromium is needed on the PATH; on Debian: apt-get install chromium.")
    return program


def tone(path: Path, hz: int, *, rms: float = 0.2) -> Path:
    """A second of this tone as a WAV; repeated, it has no seam."""
    time = np.arange(RATE) / RATE
    samples = np.sin(2 * np.pi * hz * time) * rms * np.sqrt(2) * 32767
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


@contextmanager
def browser(
    playwright: Playwright, voice: Path | None = None, flags: Iterable[str] = ()
) -> Iterator[Browser]:
    """A Chromium process whose microphone says `voice` for ever."""
    said = [f"--use-file-for-fake-audio-capture={voice}"] if voice else []
    found = playwright.chromium.launch(
        executable_path=chromium(),
        args=[*FLAGS, *said, *flags],
        ignore_default_args=["--mute-audio"],
    )
    try:
        yield found
    finally:
        found.close()


class Witness:
    """Notes what no page of ours may do: errors, broken policies, requests to strangers."""

    def __init__(self, context: BrowserContext) -> None:
        self.seen: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.seen.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("page", lambda page: page.on("websocket", lambda it: self._address(it.url)))

    def others(self, expected: Iterable[str]) -> list[str]:
        """All that was seen but what contains one of these words."""
        words = list(expected)
        return [one for one in self.seen if not any(word in one for word in words)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.seen.append(f"console: {message.text} {message.location.get('url', '')}")

    def _request(self, request: Request) -> None:
        self._address(request.url)

    def _address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in HERE:
            self.seen.append(f"stranger: {url}")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT:
            self.seen.append(f"request: {request.url} {request.failure}")


def heard(page: Page, *tones: int) -> dict[str, Any]:
    """What the page hears, over the last 0.7 s: `rms`, `peak_hz`, and `levels` of tones in dB."""
    found: dict[str, Any] = page.evaluate("tones => heardSound(tones)", list(tones))
    return found
