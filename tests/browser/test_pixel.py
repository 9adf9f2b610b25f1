"""The benchmark that watches a real console's pixels. Its figures are not judged here."""

import subprocess
import sys

from tools.stack import ROOT


def test_every_event_is_seen_to_change_the_console():
    command = [sys.executable, "-m", "bench", "--quick", "pixel"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    rows = [line.split() for line in done.stdout.splitlines() if line.startswith("event to pixel")]
    assert [row[3].rstrip(",") for row in rows] == ["p50", "p99", "max"], done.stderr
    assert {row[7] for row in rows} == {"20"}
    assert {(row[8], row[9]) for row in rows} == {("0", "0")}
