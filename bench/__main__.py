"""`python -m bench [--quick] [NAME ...]`: run the benchmarks, print their table."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import answer, commands, console, floor, offers, pixel, report, routing, sandbox_legs
from bench.plan import Plan, quick
from bench.report import Row

BENCHMARKS: dict[str, Callable[[Plan], list[Row]]] = {
    "answer": answer.run,
    "commands": commands.run,
    "console": console.run,
    "floor": floor.run,
    "offers": offers.run,
    "pixel": pixel.run,
    "routing": routing.run,
    "sandbox_legs": sandbox_legs.run,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """0; 1 when a reply was wrong or late, so that the figures mean little; 2 without /proc."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Run the benchmarks.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(BENCHMARKS)}")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it works")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.names) - BENCHMARKS.keys():
        parser.error(f"There is no benchmark {', '.join(sorted(unknown))}.")
    if not Path("/proc/stat").exists():
        print("The benchmarks need Linux's /proc.", file=sys.stderr)
        return 2
    plan = quick() if chosen.quick else Plan()
    rows = [row for name in chosen.names or BENCHMARKS for row in BENCHMARKS[name](plan)]
    print(report.table(rows), report.LEGEND, report.machine(), sep="\n")
    print(report.noise(plan.noise))
    return int(any(row.wrong or row.late for row in rows))


if __name__ == "__main__":
    sys.exit(main())
