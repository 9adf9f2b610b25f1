"""What goes wrong on purpose: chances per webhook and per request."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from sandbox.fields import Fields

CHANCES = (
    "duplicate", "reorder", "drop", "api_5xx", "api_timeout", "unsigned", "bad_signature",
    "early_400",
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """Chances from 0 to 1; `delay_ms` is a range; the limits are Vonage's unless changed."""

    duplicate: float = 0.0
    reorder: float = 0.0
    drop: float = 0.0
    delay_ms: tuple[float, float] = (0.0, 0.0)
    api_5xx: float = 0.0
    api_timeout: float = 0.0
    unsigned: float = 0.0
    bad_signature: float = 0.0
    early_400: float = 0.0
    seed: int | None = None
    setups_per_second: float = 3.0
    requests_per_second: float = 15.0


@dataclass
class Faults:
    """The plan in force and its dice."""

    plan: Plan = field(default_factory=Plan)
    dice: random.Random = field(default_factory=random.Random)

    def replace(self, plan: Plan) -> None:
        self.plan = plan
        self.dice = random.Random(plan.seed)  # noqa: S311 - repeatable dice, nothing secret

    def strikes(self, chance: float) -> bool:
        return chance > 0 and self.dice.random() < chance

    def delay(self) -> float:
        """Seconds by which the next webhook is late."""
        low, high = self.plan.delay_ms
        return self.dice.uniform(low, high) / 1000 if high else 0.0

    def shown(self) -> dict[str, Any]:
        return asdict(self.plan)


def read_plan(body: Fields) -> Plan:
    """A whole new plan from a body: what is left out is back at its default."""
    body.only(*(each.name for each in fields(Plan)))
    values: dict[str, Any] = {name: body.number(name, 0, 1) for name in CHANCES if body.has(name)}
    for name in ("setups_per_second", "requests_per_second"):
        if body.has(name):
            values[name] = body.number(name, 0, 100_000)
    if body.has("seed"):
        values["seed"] = body.whole("seed", 0, 2**63)
    if body.has("delay_ms"):
        values["delay_ms"] = _delay(body)
    return Plan(**values)


def _delay(body: Fields) -> tuple[float, float]:
    value = body.array("delay_ms")
    numbers = all(isinstance(each, int | float) for each in value)
    if len(value) != 2 or not numbers or not 0 <= value[0] <= value[1] <= 60_000:
        raise body.refuse("delay_ms", "must be [lowest, highest] in milliseconds, up to 60000.")
    return float(value[0]), float(value[1])
