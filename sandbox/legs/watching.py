"""Who is told at once what happens to legs, besides the customer's webhooks."""

from __future__ import annotations

from typing import Protocol

from sandbox.legs.conversations import Membership
from sandbox.legs.events import Outcome
from sandbox.legs.leg import Leg


class Watcher(Protocol):
    """Each method is called after the fact, and must not wait."""

    def began(self, leg: Leg) -> None:
        """An NCCO begins to run on it."""
        ...

    def reached(self, leg: Leg) -> None:
        """Its status is another."""
        ...

    def moved(self, leg: Leg, old: Membership, new: Membership) -> None:
        """It is in another conversation."""
        ...

    def muted(self, leg: Leg) -> None: ...

    def earmuffed(self, leg: Leg) -> None: ...

    def pressed(self, leg: Leg, digits: str) -> None:
        """Its far end pressed keys."""
        ...

    def ended(self, leg: Leg, membership: Membership, by: str, outcome: Outcome | None) -> None:
        """It has left its conversation and is over, as `Switch.end` was told."""
        ...
