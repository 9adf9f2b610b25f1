import re

import pytest

from bench import __main__ as bench
from bench.report import HEADINGS

MEASURES = {
    "command to accepted, p50, 1/s",
    "command to accepted, p99, 1/s",
    "CPU per command, 4/s",
    "command to accepted, p50, 4/s",
    "command to accepted, p99, 4/s",
    "hold or resume to done, p50, 4/s",
    "hold or resume to done, p99, 4/s",
    "transfer to done, p50, 4/s",
    "transfer to done, p99, 4/s",
}  # of the few commands of a quick run, one or two each second, not all are of each kind


@pytest.mark.journey
@pytest.mark.timeout(600)
def test_commands_of_twenty_calls_are_measured_and_none_is_refused(capsys):
    bench.main(["--quick", "commands"])

    lines = capsys.readouterr().out.splitlines()
    table = [re.split(r"  +", line) for line in lines]
    rows = [dict(zip(HEADINGS, cells, strict=True)) for cells in table if len(cells) > 1]
    ours = [row for row in rows if row["benchmark"] == "commands, 20 calls, SQLite"]
    assert {row["measure"] for row in ours} >= MEASURES
    assert {row["wrong"] for row in ours} == {"0"}
