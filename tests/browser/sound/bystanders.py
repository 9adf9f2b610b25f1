"""Two calls that go on beside all others: who is in them never hears anybody else."""

from tests.journeys.hearing import BESIDE, Listener, hear
from tools.people import Agent, Sandbox, dial


class Bystanders:
    """Robot callers and robot agents, each with a tone, who talk for as long as they are let."""

    def __init__(self, stack):
        self._sandbox = Sandbox(stack)
        self._number = stack.described()["numbers"]["menu"]
        names = [f"agent{number:02}" for number in range(1, len(BESIDE) + 1)]
        self._agents = [Agent(stack, self._sandbox, name) for name in names]
        self._sides, self._listeners = [], []

    @property
    def legs(self):
        """Uuids of their legs."""
        return frozenset(leg.uuid for leg, _ in self._sides)

    def go_on(self):
        """They talk, anew if somebody was gone, and are listened to from now on."""
        live = {leg["uuid"] for leg in self._sandbox.live_legs()}
        if not self._sides or not self.legs <= live:
            self._begin()
        self._listeners = [(Listener(leg), tone) for leg, tone in self._sides]

    def heard_nobody_else(self):
        for listener, tone in self._listeners:
            heard = [set(second) for second in listener.heard()]
            # A busy machine may lose a second of sound; it never adds somebody else's.
            assert set().union(*heard) == {tone}, heard

    def _begin(self):
        self._sandbox.end_all_legs()
        self._sides = []
        for agent, (theirs, own) in zip(self._agents, BESIDE, strict=True):
            self._sides += self._talk(agent, theirs, own)

    def _talk(self, agent, theirs, own):
        """Begin a call: each of its legs, and the one tone that it hears."""
        agent.behaves("after 0s", tone=own).is_("available")
        customer = dial(self._sandbox, self._number, presses="1", audio={"tone": theirs})
        leg = agent.answers()
        sides = (leg, theirs), (customer, own)
        hear(*sides)
        return sides
