"""Whether a value is an NCCO, strictly."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from sandbox.fields import is_url

SCHEMA = Path(__file__).parent.parent / "ncco.schema.json"
ACTIONS = (
    "talk", "stream", "input", "connect", "conversation", "record", "notify", "wait", "transfer",
)  # fmt: skip
URLS = ("eventUrl", "streamUrl", "musicOnHoldUrl")
TAG = re.compile(r"<[^>]*>")
LONGEST_TALK = 1500

Action = dict[str, Any]


class InvalidNcco(ValueError):
    """One sentence says which action is wrong, and why."""


def check_ncco(value: Any) -> list[Action]:
    """The value itself, if it is an NCCO; raises InvalidNcco."""
    if not isinstance(value, list):
        raise InvalidNcco("An NCCO is an array of actions.")
    for place, action in enumerate(value):
        _check_action(place, action)
    _check_barge_in(value)
    return value


def _check_action(place: int, action: Any) -> None:
    word = action.get("action") if isinstance(action, dict) else None
    if not isinstance(word, str) or word not in ACTIONS:
        raise InvalidNcco(f"Action {place} is of no known kind.")
    error = best_match(_validators()[word].iter_errors(action))
    if error is not None:
        where = ".".join(str(step) for step in error.absolute_path) or "the action"
        raise InvalidNcco(f"Action {place} ({word}): {where} is not valid: {error.message[:200]}")
    for name in URLS:
        if any(not is_url(url) for url in action.get(name, ())):
            raise InvalidNcco(f"Action {place} ({word}): {name} must hold an http or https URL.")
    if word == "talk" and len(TAG.sub("", action["text"])) > LONGEST_TALK:
        raise InvalidNcco(f"Action {place} (talk): text has more than {LONGEST_TALK} characters.")
    if word == "record" and action.get("channels", 1) > 1 and "split" not in action:
        raise InvalidNcco(f"Action {place} (record): channels needs split.")


def _check_barge_in(ncco: list[Action]) -> None:
    """Once a caller may interrupt, the next action that is no talk or stream must be an input."""
    interruptible = False
    for place, action in enumerate(ncco):
        if action["action"] in {"talk", "stream"}:
            interruptible = interruptible or action.get("bargeIn", False)
        elif interruptible and action["action"] != "input":
            raise InvalidNcco(f"Action {place}: bargeIn must be followed by an input.")
        else:
            interruptible = False


@cache
def _validators() -> dict[str, Draft202012Validator]:
    schema = json.loads(SCHEMA.read_text())
    kinds = {word: {"$ref": f"#/$defs/{word}", "$defs": schema["$defs"]} for word in ACTIONS}
    return {word: Draft202012Validator(kind) for word, kind in kinds.items()}
