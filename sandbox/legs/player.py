"""What the platform plays to one leg alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.media.mixer import Port
from sandbox.media.sources import Source


@dataclass(eq=False)
class Prompt:
    """What is playing; `label` is `talk:<text>` or `stream:<url>`, None for a beep."""

    label: str | None
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Player:
    """One prompt at a time; behind it music, which comes back when the prompt is over."""

    def __init__(self, port: Port) -> None:
        self.port = port
        self.prompt: Prompt | None = None
        self._music: tuple[str, Callable[[], Source]] | None = None

    @property
    def playing(self) -> str | None:
        """What is heard now: a prompt's label, `music:<url>`, or nothing."""
        if self.prompt is not None:
            return self.prompt.label
        return self._music[0] if self._music else None

    def start(self, label: str | None, source: Source) -> Prompt:
        """Play instead of whatever plays; the prompt returned tells when it is over."""
        self.stop()
        prompt = self.prompt = Prompt(label)
        self.port.play(source, lambda: self._finish(prompt))
        return prompt

    async def perform(self, label: str | None, source: Source) -> None:
        """Play to the end, or until something else stops it; stopped when cancelled."""
        prompt = self.start(label, source)
        try:
            await prompt.over.wait()
        finally:
            self._finish(prompt)

    def stop(self) -> None:
        """End the prompt, if there is one; music comes back."""
        if self.prompt is not None:
            self._finish(self.prompt)

    def play_music(self, label: str, make: Callable[[], Source]) -> None:
        """Play music, for ever, whenever no prompt does."""
        self._music = (label, make)
        self._resume()

    def stop_music(self) -> None:
        self._music = None
        self._resume()

    def silence(self) -> None:
        """Stop everything."""
        self._music = None
        self.stop()
        self._resume()

    def _finish(self, prompt: Prompt) -> None:
        prompt.over.set()
        if self.prompt is prompt:
            self.prompt = None
            self._resume()

    def _resume(self) -> None:
        if self.prompt is None:
            self.port.play(self._music[1]() if self._music else None)
