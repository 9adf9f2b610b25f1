"""Whatever people do in a call, in whatever order: nobody is left alone, or held by nothing."""

import random

import pytest

from agents.models import Agent, User
from calls.models import Command, Instruction, Invitation, Leg, Offer
from calls.router import rounds, sender
from calls.tests.asking import ask
from calls.tests.parties import Talk, broken, state_of
from contactcenter.errors import Refused

pytestmark = [pytest.mark.db, pytest.mark.django_db]
STEPS = 45
TURNS = ("swap", "merge", "complete", "cancel", "hold", "resume", "swap", "merge")
FAULTS = (400, 404, 429, 503)


class Play:
    """People who act at random upon one call, and a platform that sometimes refuses."""

    def __init__(self, world, agents, seed):
        self.chance = random.Random(seed)  # noqa: S311 - a play, not a secret
        self.world, self.agents = world, agents
        world.available(agents[0])
        self.talk = Talk(world, agents[0])
        world.available(*agents[1:])
        self.told = []
        world.transport.answers = self._answer
        self.fails = False

    def _answer(self, method, path):
        return self.chance.choice(FAULTS) if self.fails and method == "PUT" else 204

    def step(self):
        act = self.chance.choices(
            [
                *(self.asks, self.turns, self.rings, self.leaves, self.sends, self.time),
                *(self.stumbles, self.hands_on),
            ],
            [6, 9, 7, 3, 3, 3, 1, 3],
        )[0]
        self.told.append(act.__name__)
        try:
            act()
        except Refused as refusal:
            self.told[-1] += f": {refusal}"

    def asks(self):
        who, whom = self._somebody(), self.chance.choice([*self.agents, *self.agents, None])
        kind = self.chance.choice(["consult", "consult", "add"])
        self._ask(kind, who, to=self.talk.to(whom))

    def turns(self):
        kind = self.chance.choice(TURNS)
        self._ask(kind, self._somebody())

    def _somebody(self):
        """Whose call it is, mostly."""
        main = self.talk.row.agent
        return main if main and self.chance.random() < 0.85 else self.chance.choice(self.agents)

    def _ask(self, kind, who, **body):
        self.told[-1] += f" {kind} by {who}"
        before = self.world.send
        if self.chance.random() < 0.3:  # the next thing happens before any of it was sent
            self.world.send = lambda: None
        try:
            self.talk.ask(kind, by=who, **body)
        finally:
            self.world.send = before

    def hands_on(self):
        """To a colleague, or to a number; who may not take it, and then it comes back."""
        who, whom = self._somebody(), self.chance.choice([*self.agents, None])
        self.told[-1] += f" to {whom} by {who}"
        ask(self.world, "transfer", self.talk.call, who, kind="blind", to=self.talk.to(whom))
        self.world.send()
        self.talk.hung_up()
        self.world.route()

    def rings(self):
        """Somebody who is rung answers, or does not."""
        ringing = Leg.objects.filter(call=self.talk.call, answered_at=None, on_purpose=False)
        legs = list(ringing.exclude(state="ended").exclude(uuid=None).order_by("id"))
        if not legs:
            return
        leg = self.chance.choice(legs)
        if self.chance.random() < 0.85:
            self.talk.answers(Invitation(leg=leg))
        else:
            self.talk.drops(leg, by="platform", status=self.chance.choice(["rejected", "timeout"]))

    def leaves(self):
        """Somebody ends the call, or their part, by a command or by their line."""
        live = Leg.objects.filter(call=self.talk.call).exclude(state="ended").exclude(uuid=None)
        legs = list(live.order_by("id"))
        customers = [leg for leg in legs if leg.kind == "customer"]
        if customers and self.chance.random() < 0.85:
            legs = [leg for leg in legs if leg.kind != "customer"]  # else no call lasts long
        if not legs or (len(legs) < 2 and self.chance.random() < 0.8):
            return
        leg = self.chance.choice(legs)
        self.told[-1] += f" {leg.kind} {leg.agent or ''}"
        if leg.agent and self.chance.random() < 0.4:
            kind = self.chance.choice(["end", "remove"])
            body = {"leg": self.chance.choice(legs).id} if kind == "remove" else {}
            self._ask(kind, leg.agent, **body)
        else:
            self.talk.drops(leg, by=self.chance.choice(["user", "platform"]))

    def sends(self):
        sender.send_next(self.world.vonage, clock=lambda: self.world.now)
        self.talk.hung_up()

    def time(self):
        self.world.passes(self.chance.choice([0.1, 1, 3, 12, 25]))
        self.talk.hung_up()

    def stumbles(self):
        self.fails = not self.fails

    def settles(self):
        """The platform does all that is asked of it, and tells of all that has ended."""
        self.fails = False
        for _ in range(6):
            self.world.passes(2)
            self.talk.hung_up()

    # What must be so ------------------------------------------------------------------------

    def check(self):
        found = broken(self.world)
        found.pop("nobody_idle", None)  # the router looks only when time passes
        assert found == {}, self.told
        call, customer = self.talk.row, self.talk.customer
        for leg in Leg.objects.filter(call=call, kind="agent").exclude(state="ended"):
            if Offer.objects.get(leg=leg).state == "accepted":
                assert state_of(leg.agent) == "busy", self.told
        apart = Invitation.objects.filter(call=call, kind="consult", state="joined")
        consult = apart.filter(merged_at=None, result="", leg__on_purpose=False).first()
        brought = Command.objects.filter(call=call, kind="complete")
        begun = consult and brought.filter(asked_at__gte=consult.asked_at).exists()
        if consult and customer.state != "ended" and not begun:
            assert consult.leg.room != customer.room, self.told

    def check_at_rest(self):
        self.check()
        call, customer = self.talk.row, self.talk.customer
        live = list(Leg.objects.filter(call=call).exclude(state="ended"))
        talking = [leg for leg in live if leg.kind == "agent" and leg.offer.state == "accepted"]
        rooms = {"held": call.hold_room, "connected": call.room_name(), "queued": call.room_name()}
        if call.state == "ended":
            assert len(live) in {0, 2}, self.told
            assert live == talking, self.told
            return
        assert customer.state != "ended", self.told
        assert customer.room == rooms.get(call.state, call.room_name()), self.told
        if call.state in {"connected", "held"}:
            has_number = any(leg.kind == "number" and leg.room for leg in live)
            assert call.agent in [leg.agent for leg in talking] or (
                call.agent is None and has_number
            ), self.told
            assert all(leg.room in {call.room_name(), call.aside_room} for leg in talking), (
                self.told
            )

    def end(self):
        """Everybody hangs up who is still there."""
        for _ in range(8):
            live = Leg.objects.filter(call=self.talk.call).exclude(state="ended").exclude(uuid=None)
            for leg in live.order_by("id"):
                if Leg.objects.get(id=leg.id).state != "ended":
                    self.talk.drops(leg)
            self.world.passes(11)
            rounds.heal(now=self.world.now, started_at=self.world.now)
        assert self.talk.row.state == "ended", self.told
        assert not Leg.objects.exclude(state="ended").exists(), self.told
        assert not Invitation.objects.exclude(state="ended").exists(), self.told
        self.world.passes(40)
        for agent in self.agents:
            assert state_of(agent) in {"available", "missed", "offline"}, self.told
        assert not Instruction.objects.filter(state="waiting").exists(), self.told
        assert not Command.objects.filter(state="pending").exists(), self.told


@pytest.fixture
def kim(floor, sales):
    user = User.objects.create(username="kim", first_name="Kim")
    agent = Agent.objects.create(user=user, vonage_user="Kim", team=floor)
    sales.agents.add(agent)
    return agent


@pytest.mark.parametrize("seed", range(8))
def test_whatever_people_do_everybody_is_somewhere_and_gets_out(world, jane, joe, kim, seed):
    play = Play(world, [jane, joe, kim], seed)

    for number in range(STEPS):
        play.step()
        play.check()
        if not Leg.objects.exclude(state="ended").exists():
            break
        if number % 9 == 8:
            play.settles()
            play.check_at_rest()
    play.settles()
    play.check_at_rest()
    play.end()
