"""What the fields of a node may hold. Pure: no Django, no I/O."""

from typing import Any

TEXT_LIMIT = 1500  # Vonage's, for one talk action
KEYS = frozenset("0123456789*#")
OPTIONAL = ("no_answer", "timeout")  # edges that a node may do without
RANGES = {
    "tries": (1, 10),
    "timeout": (1, 10),
    "wait": (0, 3600),
    "offer_seconds": (1, 120),
    "wrap_up_seconds": (0, 900),
    "queue": (1, 2**31),
    "agent": (1, 2**31),
    "priority": (-100, 100),
    "level": (1, 5),
    "until": (1, 7000),
}
REQUIRED = {"skill", "level", "until"}
MOST_REQUIRED = 20
SKILL_LIMIT = 40  # of the column in which a skill keeps its name


def fits(key: str, value: object, *, is_queue: bool) -> bool:
    """Whether a node's field may hold this value; a queue's `timeout` is an edge."""
    if key == "options":
        return _are_options(value)
    if key == "requires":
        return isinstance(value, list) and len(value) <= MOST_REQUIRED and _are_required(value)
    if key in RANGES and not (is_queue and key == "timeout"):
        return _in_range(key, value)
    is_text = isinstance(value, str) and len(value) <= TEXT_LIMIT
    return is_text or (key in OPTIONAL and value is None)


def _are_options(value: object) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(k in KEYS and isinstance(v, str) for k, v in value.items())
    )


def _in_range(key: str, value: object) -> bool:
    low, high = RANGES[key]
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _are_required(rows: list[Any]) -> bool:
    return all(_is_required(row) for row in rows)


def _is_required(raw: Any) -> bool:
    """A skill by name, a level, and maybe the second of waiting until which it is needed."""
    if not isinstance(raw, dict) or not {"skill", "level"} <= raw.keys() <= REQUIRED:
        return False
    skill, until = raw["skill"], raw.get("until")
    if not isinstance(skill, str) or not 0 < len(skill) <= SKILL_LIMIT:
        return False
    return _in_range("level", raw["level"]) and (until is None or _in_range("until", until))
