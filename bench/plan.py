"""How long a run of the benchmarks takes, and what it learns of the machine meanwhile."""

from dataclasses import dataclass, field

from bench.noise import Noise


@dataclass(frozen=True, slots=True)
class Plan:
    """Rounds per server, interleaved, and what each of them takes."""

    rounds: int = 5
    seconds: float = 6.0  # of an open loop
    in_turn: int = 60  # requests, one at a time
    idle: float = 2.0  # seconds
    noise: Noise = field(default_factory=Noise)


def quick() -> Plan:
    """Five seconds of load per database: whether it works, not how fast."""
    return Plan(rounds=2, seconds=1.25, in_turn=10, idle=0.5)
