"""Robots: far ends that do what they were told, and speak one sound for ever."""

from __future__ import annotations

import asyncio
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.clock import Clock
from sandbox.endpoints.far_end import FarEnd, Verdict
from sandbox.legs.leg import Leg
from sandbox.media.frames import Frame
from sandbox.media.sources import Clip, Source, Tone

AFTER = re.compile(r"after (\d+(?:\.\d+)?)\s?s")
WORDS = ("never", "busy", "reject", "offline")


@dataclass(frozen=True)
class Voice:
    """What a robot says: a tone, or recorded samples (`text` says what they are)."""

    tone: float = 0.0
    samples: Frame | None = field(default=None, repr=False)
    text: str = ""

    def source(self) -> Source | None:
        """The sound from its beginning, without end."""
        if self.samples is not None:
            return Clip(self.samples, loop=0)
        return Tone(self.tone) if self.tone else None


SILENT = Voice()


@dataclass(frozen=True)
class Answer:
    """What it does when it rings: answer `after` seconds, or one of the other words."""

    word: str
    after: float = 0.0


NEVER = Answer("never")
OFFLINE = Answer("offline")


def read_answer(text: str) -> Answer:
    """An answer from `after <n>s`, `never`, `busy`, `reject` or `offline`; ValueError if none."""
    if text in WORDS:
        return Answer(text)
    found = AFTER.fullmatch(text)
    if found is None:
        raise ValueError("must be 'after <n>s', 'never', 'busy', 'reject' or 'offline'.")
    return Answer("after", float(found[1]))


@dataclass(frozen=True)
class Robot:
    """A phone or a user's device without anybody behind it."""

    answer: Answer
    clock: Clock
    voice: Voice = SILENT

    @property
    def reachable(self) -> bool:
        return self.answer.word != "offline"

    async def ring(self, leg: Leg) -> Verdict:
        match self.answer.word:
            case "after":
                await self.clock.sleep(self.answer.after)
                return "answered"
            case "busy":
                return "busy"
            case "reject":
                return "rejected"
            case _:
                await asyncio.Future()
                raise AssertionError("it never answers")

    def connected(self, leg: Leg) -> None:
        speak(leg, self.voice)

    def shown(self) -> dict[str, Any]:
        return asdict(self.answer)


def speak(leg: Leg, voice: Voice) -> None:
    """The leg's far end says this from now on."""
    leg.says = voice.text
    leg.port.voice = voice.source()
    if leg.conversation is not None:
        leg.conversation.note_texts()


class Robots:
    """Robots by number and by user's name; others never answer, or are offline."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.phones: dict[str, Robot] = {}
        self.users: dict[str, Robot] = {}

    def far_end(self, leg: Leg) -> FarEnd:
        if leg.kind == "app":
            return self.users.get(leg.called) or Robot(OFFLINE, self.clock)
        return self.phones.get(leg.called) or Robot(NEVER, self.clock)

    def clear(self) -> None:
        self.phones.clear()
        self.users.clear()
