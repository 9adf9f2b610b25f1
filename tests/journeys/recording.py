"""Journeys recorded as Vonage's webhooks, to be played again against other databases."""

import itertools
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TERMINAL = {"completed", "busy", "timeout", "unanswered", "rejected", "failed", "cancelled"}
SPINE = {"answer", "input", "notify"}


@dataclass(frozen=True, slots=True)
class Sent:
    """One webhook: where it went, its body, and when (seconds since the epoch)."""

    kind: str
    path: str
    body: str
    at: float

    @property
    def payload(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def leg_key(self) -> str:
        """Our key of a leg that we dialled; empty for the customer's."""
        parts = self.path.strip("/").split("/")
        return parts[2] if parts[1] in {"answer", "event"} and len(parts) == 3 else ""

    @property
    def has_consequences(self) -> bool:
        """It makes our side act, so what follows could not have come before it."""
        return self.kind in SPINE or self.payload.get("status") in TERMINAL


def read(rows: Iterable[dict[str, Any]]) -> list[Sent]:
    """The sandbox's webhook log, in the order of arrival."""
    return [
        Sent(row["kind"], urlsplit(row["url"]).path, _text(row["body"]), row["at"] / 1000)
        for row in rows
    ]


def _text(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body)


def uuids(recorded: Iterable[Sent]) -> dict[str, str]:
    """Vonage's uuid of every leg that we dialled, by our key."""
    return {sent.leg_key: sent.payload["uuid"] for sent in recorded if sent.leg_key}


def shuffled(recorded: list[Sent], *, seed: int) -> list[Sent]:
    """Every webhook twice, and the events in another order that could have happened.

    Webhooks with consequences keep their order among themselves: what they caused cannot come
    before them. All others come at any time after the dial of their leg, early or late.
    """
    dice = random.Random(seed)  # noqa: S311 - for tests
    order: list[tuple[float, int, Sent]] = []
    ticket = itertools.count()
    possible_from: dict[str, float] = {}
    place = 0.0
    for sent in recorded:
        if sent.leg_key:
            possible_from.setdefault(sent.leg_key, place)
        if sent.has_consequences:
            place += 1.0
            order.append((place, next(ticket), sent))
    last = place + 1.0
    for sent in recorded:
        if not sent.has_consequences:
            earliest = possible_from.get(sent.leg_key, 0.0)
            order.append((dice.uniform(earliest + 0.001, last), next(ticket), sent))
    again = [(dice.uniform(when, last + 1), next(ticket), sent) for when, _, sent in order]
    return [sent for _, _, sent in sorted(order + again, key=lambda one: one[:2])]
