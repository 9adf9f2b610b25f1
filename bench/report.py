"""Figures of a benchmark, and how they are printed."""

import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from bench.noise import Noise, variation
from tools.stack import ROOT

LEGEND = (
    "CPU and ratio: median of rounds. Latency: all rounds together, from when a request was due.\n"
    "In brackets the lowest and the highest round. n, wrong and late: replies that were measured,\n"
    "were not the right ones, did not come within 5 s. foreign: cores that other processes used.\n"
    "Late replies mean overload: CPU at that rate is then what there was, not what a request costs."
)


@dataclass(frozen=True, slots=True)
class Figure:
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        value, low, high = (_short(one) for one in (self.value, self.low, self.high))
        return f"{value} ({low}-{high})"


@dataclass(frozen=True, slots=True)
class Row:
    """One measure, ours beside the baseline of the same run. `count` requests it is of."""

    measure: str
    unit: str
    ours: Figure
    baseline: Figure | None = None
    ratio: Figure | None = None
    _: KW_ONLY
    benchmark: str
    count: int
    wrong: int
    late: int
    foreign: float


HEADINGS = (
    "benchmark", "measure", "unit", "n", "wrong", "late", "ours", "baseline", "ratio", "foreign",
)  # fmt: skip


def figure(rounds: Sequence[float], value: float | None = None) -> Figure:
    """The rounds' median, or a `value` of all rounds together, with their range."""
    found = statistics.median(rounds) if value is None else value
    return Figure(found, min(rounds), max(rounds))


def ratio(ours: Sequence[float], baseline: Sequence[float]) -> Figure:
    """Round by round, so that what slowed both down cancels out."""
    return figure([one / other for one, other in zip(ours, baseline, strict=True)])


def table(rows: Sequence[Row]) -> str:
    """One line per row below the headings, columns aligned."""
    lines = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.benchmark,
        row.measure,
        row.unit,
        str(row.count),
        str(row.wrong),
        str(row.late),
        str(row.ours),
        str(row.baseline or "-"),
        str(row.ratio or "-"),
        f"{row.foreign:.2f}",
    )


def _short(value: float) -> str:
    """Three digits that mean something."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def machine() -> str:
    """What the figures were taken on."""
    parts = (
        f"{os.cpu_count()} cores",
        _processor(),
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}",
        f"git {_revision()}",
    )
    return "Machine: " + ", ".join(parts)


def noise(sensed: Noise) -> str:
    """How much the same loop differed, by the clock and in CPU time."""
    return f"Noise: one loop, {len(sensed.wall)} times: " + "; ".join(
        f"{name} {figure([1000 * one for one in times])} ms, CV {100 * variation(times):.0f} %"
        for name, times in (("wall", sensed.wall), ("CPU", sensed.cpu))
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def _revision() -> str:
    try:
        commit = _git("rev-parse", "--short", "HEAD")
        return f"{commit} with changes" if _git("status", "--porcelain") else commit
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
