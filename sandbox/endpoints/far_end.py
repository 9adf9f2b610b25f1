"""What the switch needs to know of a far end."""

from __future__ import annotations

from typing import Literal, Protocol

from sandbox.legs.leg import Leg

Verdict = Literal["answered", "busy", "rejected", "failed"]


class FarEnd(Protocol):
    """A phone or a user that can be rung."""

    @property
    def reachable(self) -> bool:
        """Whether there is anything that could ring."""
        ...

    async def ring(self, leg: Leg) -> Verdict:
        """Ring until it decides; cancelled when the caller gives up or it took too long."""
        ...

    def connected(self, leg: Leg) -> None:
        """The leg is answered: from now on it speaks."""
        ...


class Directory(Protocol):
    """Finds the far end of an outbound leg."""

    def far_end(self, leg: Leg) -> FarEnd: ...
