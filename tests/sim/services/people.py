"""Callers and agents: what they do with what they hear and see."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from agents import services as agents
from agents.models import Agent
from calls.models import Offer
from calls.services import offers
from calls.states import OfferState
from tests.sim.scenario import AgentPlan, Caller, Scenario, answer, stream
from tests.sim.services.clock import Clock
from tests.sim.services.platform import Platform, PlatformLeg

MESSAGE = 8.0  # seconds of talking after the tone, at most


class Callers:
    """Everybody who calls in, and whom we call back."""

    def __init__(self, scenario: Scenario, platform: Platform, clock: Clock) -> None:
        self._platform, self._clock = platform, clock
        self._dice = stream(scenario.seed, "persons")
        self._plans = {f"4479{caller.number:08}": caller for caller in scenario.callers()}
        for number, caller in self._plans.items():
            clock.after(caller.at, partial(self._dials, number, caller))

    def _dials(self, number: str, caller: Caller) -> None:
        self._platform.call_in(number=number, to=number_of(caller.queue))

    def plan(self, leg: PlatformLeg) -> Caller | None:
        return self._plans.get(leg.who)

    def is_asked(self, leg: PlatformLeg, action: dict[str, Any]) -> None:
        """A question, or a tone after which to speak."""
        caller = self._plans[leg.who]
        if action["action"] == "record":
            spoken = self._dice.choice([0.2, MESSAGE * self._dice.random(), MESSAGE])
            self._clock.after(spoken, lambda: self._platform.record(leg, action, spoken))
            return
        digits, after = self._reply(leg, caller, action)
        self._clock.after(after, lambda: self._platform.press(leg, action, digits))

    def _reply(self, leg: PlatformLeg, caller: Caller, action: dict[str, Any]) -> tuple[str, float]:
        """What they press, and when; most of it is said in the words just heard."""
        words = leg.heard[-1] if leg.heard else ""
        if words.startswith("Welcome"):
            # Some press late, some the wrong key, some nothing the first time.
            digits = self._dice.choices(["1", "9", ""], [0.9, 0.05, 0.05])[0]
            return digits, caller.menu if digits else 5.0
        if action["dtmf"].get("maxDigits", 1) > 1:
            return self._dice.choice(["447700900123", "12", ""]), 4.0
        if "press 1" in words and re.search("correct|confirm|call you", words):
            return self._dice.choices(["1", "2", ""], [0.7, 0.15, 0.15])[0], 2.0
        return caller.press, 2.0

    def enters(self, leg: PlatformLeg) -> None:
        """In a room: patience runs while they wait, talk while they talk."""
        caller = self._plans.get(leg.who)
        if caller is None:
            return
        room, epoch = leg.room, leg.epoch

        def hang_up() -> None:
            if leg.room == room and leg.epoch == epoch and not self._is_talking(leg):
                self._platform.end(leg)

        self._clock.after(caller.patience, hang_up)

    def joined(self, room: str) -> None:
        """Somebody has come into this room: whoever was waiting in it talks now."""
        for leg in list(self._platform.legs.values()):
            if leg.room == room and leg.is_live and leg.kind != "app":
                self._talk_begins(leg)

    def _is_talking(self, leg: PlatformLeg) -> bool:
        return any(
            other is not leg and other.room == leg.room and other.is_live
            for other in self._platform.legs.values()
        )

    def _talk_begins(self, leg: PlatformLeg) -> None:
        others = [
            other
            for other in self._platform.legs.values()
            if other is not leg and other.room and other.room == leg.room and other.is_live
        ]
        if not others:
            return
        caller = self._plans.get(leg.who)
        talk, by_caller = (caller.talk, caller.hangs_up) if caller else (20.0, True)
        ender = leg if by_caller else others[0]
        room = leg.room

        def ends() -> None:
            if ender.room == room:
                self._platform.end(ender)

        self._clock.after(talk, ends)

    def is_rung(self, leg: PlatformLeg) -> None:
        """We call somebody: back, or at the number of an overflow."""
        caller = self._plans.get(leg.who)
        likely = caller.answers_callback if caller else 0.6
        if self._dice.random() < likely:
            self._clock.after(self._dice.uniform(1, 8), lambda: self._platform.answer(leg))
        elif self._dice.random() < 0.5:
            self._clock.after(1.0, lambda: self._platform.end(leg, "busy", by="user"))


class Staff:
    """The agents, who work without browsers: what a console would say, they say to our services."""

    def __init__(
        self, scenario: Scenario, rows: dict[int, Agent], platform: Platform, clock: Clock,
        safely: Callable[[Callable[[], object]], object],
    ) -> None:  # fmt: skip
        self._platform, self._clock, self._safely = platform, clock, safely
        self._dice = stream(scenario.seed, "agents")
        self._plans = {rows[plan.id].vonage_user: plan for plan in scenario.agents}
        self._rows = {row.vonage_user: row for row in rows.values()}
        self._end = scenario.seconds + 300
        for name, plan in self._plans.items():
            self._choose(name, "available")
            self._flap(name, plan)

    def is_rung(self, leg: PlatformLeg) -> None:
        plan = self._plans[leg.who]
        does = answer(plan.manner, self._dice)
        if does.kind != "unreachable":
            self._clock.after(0.1, lambda: self._says(leg, self._sees))
        acts = {
            "accept": lambda: self._platform.answer(leg),
            "decline": lambda: self._says(leg, self._declines),
            "media": lambda: self._says(leg, self._fails),
        }
        if does.kind in acts:
            self._clock.after(does.after, acts[does.kind])

    def _says(self, leg: PlatformLeg, what: Callable[[Offer, datetime], None]) -> None:
        """A console's command about the offer that this leg belongs to."""
        key = leg.answer.rsplit("/", 1)[1]

        def command() -> None:
            offer = Offer.objects.filter(leg__key=key, state=OfferState.PENDING).first()
            if offer:
                what(offer, self._clock.now)

        self._safely(command)

    def _sees(self, offer: Offer, now: datetime) -> None:
        offers.see(offer_id=offer.id, agent_id=offer.agent_id, now=now)

    def _declines(self, offer: Offer, now: datetime) -> None:
        offers.decline(offer_id=offer.id, agent_id=offer.agent_id, actor="agent", now=now)

    def _fails(self, offer: Offer, now: datetime) -> None:
        offers.fail(
            offer_id=offer.id, agent_id=offer.agent_id, cause="no_microphone", actor="agent",
            now=now,
        )  # fmt: skip

    def _choose(self, name: str, state: str) -> None:
        def command() -> None:
            agents.choose(
                agent_id=self._rows[name].id, state=state, reason="", actor="agent",
                now=self._clock.now,
            )  # fmt: skip

        self._safely(command)

    def _flap(self, name: str, plan: AgentPlan) -> None:
        """Sooner or later a break, a log-out, or a leg that breaks off; and back again."""
        after = self._dice.expovariate(1 / plan.calm)

        def act() -> None:
            if self._clock.seconds > self._end:
                return  # they stay, so that everybody is served in the end
            kind = self._dice.choice(["on_break", "offline", "lost"])
            if kind == "lost":
                self._lose(name)
            else:
                self._choose(name, kind)
            self._clock.after(self._dice.uniform(5, 60), lambda: self._choose(name, "available"))
            self._flap(name, plan)

        self._clock.after(after, act)

    def returns(self) -> None:
        """Whoever is aside comes back: nobody stays missed for ever."""
        for name in self._rows:
            self._choose(name, "available")

    def _lose(self, name: str) -> None:
        for leg in list(self._platform.legs.values()):
            if leg.kind == "app" and leg.who == name and leg.status == "answered":
                self._platform.end(leg, by="platform")


def number_of(queue: int) -> str:
    """The number of ours that leads to a queue."""
    return f"44207946{queue:04}"
