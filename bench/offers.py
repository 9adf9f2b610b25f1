"""Offers committed: how many two routers make together, and how soon an agent who is free gets one.

A thousand agents in eight queues, on PostgreSQL, in processes that run the router's own code; what
sends the dials is left out, and its tokens come back as if it had.
"""

import json
import os
import subprocess
import sys
from typing import Any

from bench import postgres
from bench.load import percentile
from bench.plan import Plan
from bench.report import Row, figure
from tools.stack import ROOT

AGENTS, CALLS = 1_000, 600
PYTHON = [sys.executable, "tools/with_test_settings.py", sys.executable]
BENCHMARK = "offers, PostgreSQL"


def run(plan: Plan) -> list[Row]:
    """Nothing where PostgreSQL does not answer."""
    url = postgres.server()
    if refusal := postgres.refusal(url):
        print(refusal)
        return []
    rounds = max(1, plan.rounds // 2)
    rows = [_race(plan, url, rounds)]
    rows += _soon(plan, url, rate=50.0, setups=200, rounds=rounds)
    return rows + _soon(plan, url, rate=2.0, setups=3, rounds=rounds)


class Floor:
    """A database of its own, with a floor in it."""

    def __init__(self, address: str, *, setups: int) -> None:
        self._environment = {
            **os.environ,
            "DATABASE_URL": address,
            "VONAGE_SETUPS_PER_SECOND": str(setups),
            "DJANGO_SETTINGS_MODULE": "contactcenter.settings",
        }
        self._run("manage.py", "migrate", "-v0")

    def ask(self, *command: str) -> Any:
        """What `bench.offering` says to this."""
        return json.loads(self._run("-m", "bench.offering", *command).splitlines()[-1])

    def race(self, routers: int) -> list[Any]:
        """The same with as many routers at once."""
        command = [*PYTHON, "-m", "bench.offering", "race"]
        racing = [
            subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=subprocess.PIPE)
            for _ in range(routers)
        ]
        return [json.loads(one.communicate()[0].splitlines()[-1]) for one in racing]

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            [*PYTHON, *command],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


def _race(plan: Plan, url: str, rounds: int) -> Row:
    """Two routers, and everybody free at once; each holds 20 set-ups at a time at most."""
    rates, wrong = [], 0
    for _ in range(rounds):
        plan.noise.sense()
        with postgres.own_database(url) as (own, _name):
            floor = Floor(own, setups=20)
            floor.ask("fill", str(AGENTS), str(CALLS))
            floor.ask("release")
            racers = floor.race(2)
            wrong += floor.ask("double") + CALLS - sum(one["made"] for one in racers)
            began = min(one["began"] for one in racers if one["made"])
            rates.append(CALLS / (max(one["ended"] for one in racers) - began))
    return _row("two routers racing", "offers/s", rates, count=CALLS * rounds, wrong=wrong)


def _soon(plan: Plan, url: str, *, rate: float, setups: int, rounds: int) -> list[Row]:
    """From when an agent was to be free to when their offer was committed."""
    taken: list[list[float]] = []
    seconds = plan.seconds if rate > setups else max(plan.seconds, 4 / rate)
    for number in range(rounds):
        plan.noise.sense()
        with postgres.own_database(url) as (own, _name):
            floor = Floor(own, setups=setups)
            floor.ask("fill", str(AGENTS), str(CALLS))
            taken.append(floor.ask("free", str(rate), str(seconds), str(number)))
    count = sum(len(one) for one in taken)
    return [
        _row(
            f"agent free to offer, {name}, {rate:.0f}/s, {setups} set-ups/s",
            "ms",
            [1000 * percentile(one, part) for one in taken],
            count=count,
            wrong=0,
        )
        for name, part in (("p50", 0.5), ("p99", 0.99))
    ]


def _row(measure: str, unit: str, found: list[float], *, count: int, wrong: int) -> Row:
    return Row(
        measure,
        unit,
        figure(found),
        benchmark=BENCHMARK,
        count=count,
        wrong=wrong,
        late=0,
        foreign=0.0,
    )
