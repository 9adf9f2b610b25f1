"""A day made so that everything that can become of a wait becomes of some."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.sim.scenario import Caller, Faults, Scenario

HASTY, IMPATIENT, KEEPING = 2.0, 25.0, 600.0  # seconds of patience


@dataclass(frozen=True, slots=True)
class Day(Scenario):
    """Callers in two crowds, with `lull` seconds between them."""

    lull: float = 0.0

    @classmethod
    def of(cls, seed: int, *, calls: int, faults: Faults, lull: float) -> "Day":
        drawn = Scenario.make(seed, calls=calls, faults=faults)
        plain = {name: getattr(drawn, name) for name in Scenario.__dataclass_fields__}
        return cls(**plain | {"rate": 1.5 * drawn.rate}, lull=lull)

    @property
    def seconds(self) -> float:
        return self.calls / self.rate + self.lull

    @property
    def crowd(self) -> float:
        """About how many seconds one of the crowds keeps coming."""
        return self.calls / self.rate / 2

    def callers(self) -> Iterator[Caller]:
        """Every fifth hangs up at once, every fifth soon, and every fifth is called back."""
        for caller in super(Day, self).callers():
            later = self.lull if caller.number * 2 >= self.calls else 0.0
            yield _of_a_kind(replace(caller, at=caller.at + later))


def _of_a_kind(caller: Caller) -> Caller:
    match caller.number % 5:
        case 0:
            return replace(caller, patience=HASTY)
        case 1:
            return replace(caller, patience=IMPATIENT, press="")
        case 2:
            return replace(caller, patience=KEEPING, press="1")
    return caller
