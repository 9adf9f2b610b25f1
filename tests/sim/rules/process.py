"""Our process, which dies now and then, at the worst moments."""

from typing import TYPE_CHECKING

from tests.sim.scenario import Scenario, stream

if TYPE_CHECKING:
    from tests.sim.rules.simulation import Simulation

PATIENCE = 60.0  # seconds after which it dies although no webhook has come


class Process:
    def __init__(self, sim: "Simulation", scenario: Scenario) -> None:
        self.sim, self.clock = sim, sim.clock
        self.draw = stream(scenario.seed, "deaths")
        self.lives, self.is_up, self.doom = 1, True, ""
        times = scenario.kills()
        self.kills_left = len(times)
        for time in times:
            self.clock.at(time, self._doom)

    def takes(self) -> bool:
        """A webhook arrives; False: nobody is there, or not any more."""
        if self.doom == "before":
            self._die()
        return self.is_up

    def replies(self) -> bool:
        """The webhook is in the tables; False: its reply never leaves."""
        if self.doom == "after":
            self._die()
        return self.is_up

    def _doom(self) -> None:
        """It is to die: at once, or at the next webhook, before or after its commit."""
        if self.doom or not self.is_up:
            self.clock.after(5, self._doom)  # one death after the other
            return
        self.doom = self.draw.choice(["now", "before", "after"])
        self.clock.after(0 if self.doom == "now" else PATIENCE, self._die_at_last, self.lives)

    def _die_at_last(self, life: int) -> None:
        if self.doom and life == self.lives:
            self._die()

    def _die(self) -> None:
        self.doom, self.is_up = "", False
        self.lives += 1
        self.kills_left -= 1
        self.clock.after(self.draw.uniform(0.2, 3), self._rise)

    def _rise(self) -> None:
        self.is_up = True
        self.sim.begin("start")
        self.sim.centre.start()
        self.sim.end()
        self.sim.checks.everything()
