"""The input action: what the far end presses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.clock import Clock
from sandbox.legs.leg import Keypad
from sandbox.ncco.validation import Action


@dataclass(frozen=True)
class Wanted:
    """How many keys, and how long (seconds) to wait for the first and for each after it."""

    most: int
    first: float
    between: float
    hash_ends: bool


def wanted(action: Action) -> Wanted:
    """Speech is accepted but never heard: it only makes the wait for the first key longer."""
    dtmf = action.get("dtmf", {})
    between = float(dtmf.get("timeOut", 3))
    speech = "speech" in action["type"]
    first = float(action.get("speech", {}).get("startTimeout", 10)) if speech else between
    most = int(dtmf.get("maxDigits", 4)) if "dtmf" in action["type"] else 0
    return Wanted(most, first, between, bool(dtmf.get("submitOnHash", False)))


async def collect(keypad: Keypad, what: Wanted, clock: Clock) -> dict[str, Any]:
    """The `dtmf` part of an input event: the digits, and whether waiting for more timed out."""
    digits, ended = "", False
    try:
        while len(digits) < max(what.most, 1) and not ended:
            async with clock.timeout(what.between if digits else what.first):
                key = await keypad.next()
            ended = what.hash_ends and key == "#"
            if what.most and not ended:
                digits += key
    except TimeoutError:
        return {"digits": digits or None, "timed_out": what.most > 0}
    return {"digits": digits or None, "timed_out": False}


def speech_part(action: Action) -> dict[str, Any]:
    """The `speech` part of an input event: nobody ever says anything."""
    if "speech" in action["type"]:
        return {"timeout_reason": "start_timeout", "results": []}
    return {"results": []}
