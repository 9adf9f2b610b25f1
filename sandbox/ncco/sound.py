"""The actions that play: talk and stream."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np

from sandbox.audio import Audio
from sandbox.legs.leg import Leg
from sandbox.media.frames import FRAME, Frame
from sandbox.media.sources import Clip, Source
from sandbox.ncco.validation import Action


async def talk(audio: Audio, leg: Leg, action: Action, interruptible: bool) -> None:
    """Say a text, to its end or until a key is pressed where that is allowed."""
    text = action["text"]
    samples = await audio.speech(text, action.get("language", "en-US"))
    leg.spoken.append(text)
    await _play(leg, f"talk:{text}", clip(samples, action), interruptible)


async def stream(audio: Audio, leg: Leg, action: Action, interruptible: bool) -> None:
    """Play a file; one that cannot be had is silence, endless if it should loop for ever."""
    url = action["streamUrl"][0]
    samples = await audio.file(url)
    await _play(leg, f"stream:{url}", clip(samples, action), interruptible)


def clip(samples: Frame, action: Action) -> Source:
    """The samples as often and as loud as the action says."""
    loop = int(action.get("loop", 1))
    return Clip(audible(samples), loop=loop, level=float(action.get("level", 0)))


def audible(samples: Frame) -> Frame:
    """The samples, or a moment of silence where there are none."""
    return samples if len(samples) else np.zeros(FRAME, dtype=np.float32)


def endless(samples: Frame) -> Callable[[], Source]:
    """Makes a source that plays the samples for ever, from their beginning."""
    return lambda: Clip(audible(samples), loop=0)


async def _play(leg: Leg, label: str, source: Source, interruptible: bool) -> None:
    if not interruptible:
        await leg.player.perform(label, source)
        return
    playing = asyncio.ensure_future(leg.player.perform(label, source))
    key = asyncio.ensure_future(leg.keypad.pressed())
    try:
        await asyncio.wait({playing, key}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        key.cancel()
        playing.cancel()
