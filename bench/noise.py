"""How far this machine can be trusted while we measure: a fixed loop, and what others used."""

import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

LOOP = 600_000  # turns; some 50 ms
TICK = 1 / os.sysconf("SC_CLK_TCK")


@dataclass
class Noise:
    """Times of the same piece of work, taken before and between rounds. Seconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def sense(self) -> None:
        """Do the piece of work once more."""
        wall, cpu = time.perf_counter(), time.process_time()
        total = 0
        for turn in range(LOOP):
            total += turn & 7
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(time.process_time() - cpu)


def variation(values: Sequence[float]) -> float:
    """The coefficient of variation: standard deviation over mean."""
    return statistics.pstdev(values) / statistics.fmean(values)


def busy_seconds() -> float:
    """What all cores have worked since the machine began, whoever for; idle and stolen excluded."""
    return _busy(Path("/proc/stat").read_text().partition("\n")[0])


def _busy(line: str) -> float:
    user, nice, system, _idle, _iowait, irq, softirq = (int(one) for one in line.split()[1:8])
    return (user + nice + system + irq + softirq) * TICK
