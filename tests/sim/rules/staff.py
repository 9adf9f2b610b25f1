"""An agent's day besides the calls: breaks, lost consoles, lost calls, and coming back."""

from typing import TYPE_CHECKING

from agents.states import State
from tests.sim.rules import agents
from tests.sim.rules.centre import Centre
from tests.sim.rules.rows import Agent
from tests.sim.scenario import Scenario, stream

if TYPE_CHECKING:
    from tests.sim.rules.simulation import Simulation

GONE = {State.OFFLINE, State.MISSED, State.ON_BREAK}


class Staff:
    def __init__(self, sim: "Simulation", scenario: Scenario) -> None:
        self.sim, self.clock = sim, sim.clock
        self.draw = stream(scenario.seed, "staff")
        self.calm = {plan.id: plan.calm for plan in scenario.agents}
        self.without_console: set[int] = set()
        self.returning: set[int] = set()  # they will come back by themselves
        for plan in scenario.agents:
            self.returning.add(plan.id)
            self.clock.after(self.draw.uniform(0, 30), self._back, plan.id)
            self._flap_later(plan.id)

    def is_away(self, agent_id: int) -> bool:
        return agent_id in self.without_console

    def notice(self, agent: Agent) -> None:
        """Something set them aside: they come back after a while."""
        if agent.state in GONE and agent.id not in self.returning:
            self.returning.add(agent.id)
            self.clock.after(self.draw.uniform(5, 90), self._back, agent.id)

    def _back(self, agent_id: int) -> None:
        self.returning.discard(agent_id)
        if agent_id not in self.without_console:
            self.sim.do(_come_back, agent_id)

    def _flap_later(self, agent_id: int) -> None:
        self.clock.after(self.draw.expovariate(1 / self.calm[agent_id]), self._flap, agent_id)

    def _flap(self, agent_id: int) -> None:
        if self.sim.is_closing:
            return
        dice = self.draw.random()
        if dice < 0.4:
            self.sim.do(_choose, agent_id, State.ON_BREAK)
        elif dice < 0.5:
            self.sim.do(_choose, agent_id, State.OFFLINE)
        elif dice < 0.85:
            self._lose_console(agent_id)
        else:
            self._lose_call(agent_id)
        self._flap_later(agent_id)

    def _lose_console(self, agent_id: int) -> None:
        if agent_id in self.without_console:
            return
        self.without_console.add(agent_id)
        self.sim.do(_silence, agent_id)
        is_long = self.draw.random() < 0.1
        self.clock.after(self.draw.uniform(2, 500 if is_long else 60), self._found, agent_id)

    def _found(self, agent_id: int) -> None:
        self.without_console.discard(agent_id)
        self.sim.do(_beat, agent_id)

    def _lose_call(self, agent_id: int) -> None:
        """Their network breaks: the platform ends the leg they talk on."""
        for leg in list(self.sim.centre.agents[agent_id].live):
            found = self.sim.platform_leg(leg)
            if found and found.answered_at is not None:
                self.sim.platform.end(found, "platform")


def _come_back(centre: Centre, agent_id: int) -> None:
    agent = centre.agents[agent_id]
    if agent.state not in GONE:
        return
    if agent.lost_at is not None:
        agents.beat(centre, agent)
    if agent.state in GONE:
        agents.choose(centre, agent, State.AVAILABLE)


def _choose(centre: Centre, agent_id: int, choice: State) -> None:
    agent = centre.agents[agent_id]
    if agent.state != State.OFFLINE:
        agents.choose(centre, agent, choice)


def _silence(centre: Centre, agent_id: int) -> None:
    agent = centre.agents[agent_id]
    if agent.state != State.OFFLINE:
        agents.fall_silent(centre, agent)


def _beat(centre: Centre, agent_id: int) -> None:
    agents.beat(centre, centre.agents[agent_id])
