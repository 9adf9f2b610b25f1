"""Reading the `audio` and `answer` of robots."""

from __future__ import annotations

import asyncio

from sandbox.endpoints.robots import SILENT, Answer, Voice, read_answer
from sandbox.fields import Fields
from sandbox.media.decode import BadAudio, read_file
from sandbox.media.speech import speak

KINDS = ("tone", "text", "file")


async def read_voice(body: Fields) -> Voice:
    """What a robot says: `audio` is null or exactly one of tone (Hz), text and file."""
    if not body.has("audio"):
        return SILENT
    audio = body.object("audio")
    audio.only(*KINDS)
    given = [kind for kind in KINDS if audio.has(kind)]
    if len(given) != 1:
        raise body.refuse("audio", "must have exactly one of tone, text and file.")
    if given == ["tone"]:
        return Voice(tone=audio.number("tone", 20, 7500))
    if given == ["text"]:
        text = audio.text("text", longest=1500)
        return Voice(samples=await asyncio.to_thread(speak, text), text=text)
    try:
        samples = await asyncio.to_thread(read_file, audio.text("file"))
    except BadAudio as error:
        raise audio.refuse("file", str(error)) from None
    return Voice(samples=samples)


def robot_answer(body: Fields) -> Answer:
    """When it answers; raises 400."""
    try:
        return read_answer(body.text("answer"))
    except ValueError as error:
        raise body.refuse("answer", str(error)) from None
