"""What each kind of command needs besides the call: read from what somebody sent."""

from collections.abc import Callable, Mapping
from typing import Any

from calls.errors import UnknownCommand
from calls.services.journal import LARGEST_ID
from contactcenter.storable import line_of

LONGEST = 150  # characters of a name
TARGETS = ("agent", "queue", "number", "flow")
MODES = ("listen", "whisper", "barge", "take_over")

Body = Mapping[str, Any]


def read(kind: str, body: Body) -> dict[str, Any]:
    """No more than this kind of command knows, in the right shape, or UnknownCommand."""
    return {name: NEEDS[name](body.get(name)) for name in FIELDS.get(kind, ())}


def _to(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) != 1:
        raise UnknownCommand("to must name exactly one agent, queue, number or flow.")
    ((kind, name),) = value.items()
    if kind not in TARGETS:
        raise UnknownCommand("to must name an agent, a queue, a number or a flow.")
    return {kind: _word("to", name)}


def _word(field: str, value: object) -> str:
    text = line_of(value, longest=LONGEST)
    if not text:
        raise UnknownCommand(f"{field} must be a text of 1 to {LONGEST} characters.")
    return text


def _kind(value: object) -> str:
    if value != "blind":
        raise UnknownCommand("kind must be blind.")
    return "blind"


def _mode(value: object) -> str:
    if not isinstance(value, str) or value not in MODES:
        raise UnknownCommand("mode must be listen, whisper, barge or take_over.")
    return value


def _leg(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= LARGEST_ID:
        raise UnknownCommand("leg must be a number.")
    return value


NEEDS: dict[str, Callable[[object], Any]] = {
    "to": _to,
    "kind": _kind,
    "mode": _mode,
    "leg": _leg,
}
FIELDS = {
    "transfer": ("kind", "to"),
    "consult": ("to",),
    "add": ("to",),
    "remove": ("leg",),
    "supervise": ("mode",),
}
