import re

import pytest

from bench import __main__ as bench
from bench.report import HEADINGS

MEASURES = [
    "snapshot of 1000 agents",
    "snapshot of 1000 agents, deflated",
    "delta of a colleague and two queues",
    "the same, deflated",
    "delta of oneself and two queues",
    "CPU per delta, each further console",
    "CPU per change, 100 consoles",
    "until 100 consoles show it",
    "CPU, 100 consoles that beat",
]


@pytest.mark.journey
@pytest.mark.timeout(300)
def test_consoles_on_a_full_floor_are_measured_and_all_are_told(capsys):
    bench.main(["--quick", "console"])

    lines = capsys.readouterr().out.splitlines()
    table = [re.split(r"  +", line) for line in lines]
    rows = [dict(zip(HEADINGS, cells, strict=True)) for cells in table if cells[0] == "console"]
    assert [row["measure"] for row in rows] == MEASURES
    assert {row["late"] for row in rows} == {"0"}
    deflated = float(rows[1]["ours"].partition(" ")[0])
    assert 1 < deflated <= 40
