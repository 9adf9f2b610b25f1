import re

import pytest

from bench import __main__ as bench
from bench.load import Request, arrivals, percentile, post_all
from bench.processes import running_baseline
from bench.report import HEADINGS, ratio

SQLITE = "answer, SQLite"
FIGURE = r"[\d.]+ \([\d.]+-[\d.]+\)"
BOTH = ("ours", "baseline")
MEASURES = [
    "CPU, one by one",
    "CPU, 50/s",
    "p50, 50/s",
    "p99, 50/s",
    "max, 50/s",
    "CPU when idle",
]


def test_callers_come_at_their_rate_and_alike_for_the_same_seed():
    due = list(arrivals(rate=50, seconds=60, seed=1))

    assert due == list(arrivals(rate=50, seconds=60, seed=1))
    assert due != list(arrivals(rate=50, seconds=60, seed=2))
    assert due == sorted(due)
    assert due[-1] < 60
    assert 2700 < len(due) < 3300


def test_a_percentile_is_a_value_that_was_measured():
    values = [float(value) for value in range(100, 0, -1)]

    assert [percentile(values, part) for part in (0.5, 0.99, 1.0)] == [50, 99, 100]
    assert percentile([7.0], 0.5) == 7


def test_a_ratio_is_taken_round_by_round():
    slowed_down_together = ratio([10, 90, 20], [1, 9, 2])

    assert (slowed_down_together.low, slowed_down_together.high) == (10, 10)


@pytest.mark.journey
def test_a_reply_that_is_not_the_right_one_is_counted():
    with running_baseline("[]") as (url, _):
        request = Request(b"{}", {})

        answered = post_all(url, [0.0, 0.01], [request] * 2, lambda reply: reply == b"[1]")

    assert (answered.wrong, len(answered.latencies)) == (2, 2)


@pytest.mark.journey
@pytest.mark.timeout(300)
def test_the_answer_webhook_is_measured_beside_a_baseline(capsys):
    bench.main(["--quick", "answer"])

    lines = capsys.readouterr().out.splitlines()
    table = [re.split(r"  +", line) for line in lines]
    assert list(HEADINGS) in table
    rows = [dict(zip(HEADINGS, cells, strict=True)) for cells in table if cells[0] == SQLITE]
    assert [row["measure"] for row in rows] == MEASURES
    assert {row["wrong"] for row in rows} == {"0"}
    assert all(re.fullmatch(FIGURE, row[column]) for row in rows for column in BOTH)
    assert [row["ratio"] for row in rows if not re.fullmatch(FIGURE, row["ratio"])] == ["-"]
    assert any("PostgreSQL" in line for line in lines)
    assert any(line.startswith("Machine: ") and "Python 3" in line for line in lines)
    assert any(line.startswith("Noise: ") and "CV" in line for line in lines)
