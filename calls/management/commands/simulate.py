import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tests.sim.checks import Violation
from tests.sim.rules.simulation import Simulation
from tests.sim.scenario import FAULTS, Scenario
from tests.sim.services import playing as services
from tests.sim.services.checks import Violated


class Command(BaseCommand):
    help = "Plays a drawn day on a virtual clock and checks every invariant after every event."

    def add_arguments(self, parser: CommandParser) -> None:
        kind = parser.add_mutually_exclusive_group(required=True)
        kind.add_argument(
            "--rules", action="store_true", help="the rules, in memory; see docs/simulation.md"
        )
        kind.add_argument(
            "--services", action="store_true", help="the real services, on a database of their own"
        )
        parser.add_argument("--calls", type=int, default=200)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--seeds", type=int, default=1, help="so many, from --seed on")
        parser.add_argument("--faults", choices=sorted(FAULTS), default="bad")
        parser.add_argument("--kills", type=int, help="how often our process dies in each run")

    def handle(self, *args: Any, **options: Any) -> None:
        faults = FAULTS[options["faults"]]
        if options["kills"] is not None:
            faults = replace(faults, kills=options["kills"])
        self.stdout.write(f"Faults: {faults}")
        # Almost nothing that is made lives long: looking for cycles less often saves a tenth.
        gc.set_threshold(50_000, 20, 20)
        seeds = range(options["seed"], options["seed"] + options["seeds"])
        scenarios = [Scenario.make(seed, calls=options["calls"], faults=faults) for seed in seeds]
        try:
            if options["services"]:
                with services.database():
                    self._each(scenarios, self._services)
            else:
                self._each(scenarios, self._rules)
        except (Violation, Violated) as error:
            raise CommandError(str(error)) from error

    def _each(self, scenarios: list[Scenario], play: Callable[[Scenario], str]) -> None:
        for scenario in scenarios:
            began = time.process_time()
            told = play(scenario)
            spent = time.process_time() - began
            self.stdout.write(
                f"Seed {scenario.seed}: {scenario.calls} calls, {len(scenario.agents)} agents, "
                f"{len(scenario.queues)} queues; {told}\n"
                f"  0 violations; {spent:.1f} s of CPU, "
                f"{spent / scenario.calls * 1e3:.2f} ms a call"
            )
            self.stdout.flush()

    def _services(self, scenario: Scenario) -> str:
        result = services.play(scenario)
        return (
            f"{result.events} events, {result.requests} requests, {result.kills} kills\n"
            f"  outcomes: {_listed(result.outcomes)}; log {result.digest[:32]}"
        )

    def _rules(self, scenario: Scenario) -> str:
        began = time.process_time()

        def show(words: str) -> None:
            self.stdout.write(f"  {words}; {time.process_time() - began:.0f} s of CPU")
            self.stdout.flush()

        result = Simulation(scenario, show).run()
        return (
            f"{result.events} events in {result.seconds / 3600:.1f} h of virtual time\n"
            f"  outcomes: {_listed(result.outcomes)}; never answered: {result.turned_away}\n"
            f"  offers: {result.offers}; webhooks that came again: {result.repeated}; "
            f"kills: {result.kills}; log {result.hash}"
        )


def _listed(outcomes: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items()))
