"""How long a run of the benchmarks takes, and what it learns of the machine meanwhile."""

from dataclasses import dataclass, field

from bench.noise import Noise


@dataclass(frozen=True, slots=True)
class Plan:
    """Rounds per server, interleaved; seconds of each; seconds of unmeasured warm-up."""

    rounds: int = 5
    seconds: float = 6.0
    warm_up: float = 2.0
    noise: Noise = field(default_factory=Noise)


def quick() -> Plan:
    """Five seconds of load per database: whether it works, not how fast."""
    return Plan(rounds=2, seconds=1.25, warm_up=0.5)
