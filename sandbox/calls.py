"""Calls: how legs come in, go out, and are told to do something else."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.account.store import Account, Application
from sandbox.legs.events import answer_body
from sandbox.legs.leg import Kind, Leg
from sandbox.legs.ringing import Ringing
from sandbox.legs.switch import Order, Switch
from sandbox.media.mixer import Port
from sandbox.ncco.fetching import Fetching
from sandbox.ncco.interpreter import Interpreter
from sandbox.ncco.validation import Action
from sandbox.region import Region
from sandbox.webhooks.hooks import Hook, answer_hook

LONGEST_INBOUND = 7200


@dataclass(frozen=True)
class Dial:
    """An outbound call: its NCCO is given, or asked of `answer` when somebody answers."""

    order: Order
    answer: Hook | None
    ncco: list[Action] | None
    ringing_timer: int = 60
    length_timer: int = 7200


class Calls:
    """Starts calls and runs their NCCOs."""

    def __init__(
        self,
        account: Account,
        switch: Switch,
        ringing: Ringing,
        interpreter: Interpreter,
        fetching: Fetching,
        region: Region,
    ) -> None:
        self.account = account
        self.switch = switch
        self.ringing = ringing
        self.interpreter = interpreter
        self.fetching = fetching
        self.region = region

    def arrive(
        self, application: Application, kind: Kind, caller: str, called: str,
        *, port: Port | None = None, custom_data: str | None = None,
    ) -> Leg:  # fmt: skip
        """A call comes in: it rings until the application's NCCO answers it.

        `port` and `custom_data` come with a browser's call.
        """
        order = Order(kind, "inbound", application.id, caller, called, port=port)
        leg = self.switch.open(order)
        leg.custom_data = custom_data
        self.switch.ring(leg)
        self.ringing.limit(leg, LONGEST_INBOUND)
        leg.tasks.spawn(self._ask_and_run(leg, answer_hook(application)))
        return leg

    def dial(self, dial: Dial) -> Leg:
        """Ring a far end; the leg returned has just started."""
        leg = self.switch.open(dial.order)
        leg.tasks.spawn(self._ring_and_run(leg, dial))
        return leg

    def transfer(self, leg: Leg, ncco: list[Action]) -> None:
        """Replace the leg's NCCO; it leaves its conversation for the next one, or its own."""
        if not ncco or ncco[0]["action"] != "conversation":
            self.switch.move_out(leg)
        self.interpreter.start(leg, ncco)

    def transfer_to(self, leg: Leg, hook: Hook) -> None:
        """Ask for an NCCO and transfer to it; until it is there the leg stays where it is."""
        leg.tasks.spawn(self._ask_and_transfer(leg, hook))

    async def _ring_and_run(self, leg: Leg, dial: Dial) -> None:
        if not await self.ringing.ring(leg, dial.ringing_timer):
            return
        self.ringing.limit(leg, dial.length_timer)
        if dial.ncco is not None:
            self.interpreter.start(leg, dial.ncco)
        else:
            await self._ask_and_run(leg, dial.answer)

    async def _ask_and_run(self, leg: Leg, hook: Hook | None) -> None:
        body = answer_body(leg, self.region.url)
        ncco = await self.fetching.ask(leg, hook, body, "answer") if hook else None
        if leg.program is not None:
            # A transfer by REST was quicker than the answer.
            return
        if ncco is None:
            self.switch.end(leg, "platform")
        else:
            self.interpreter.start(leg, ncco)

    async def _ask_and_transfer(self, leg: Leg, hook: Hook) -> None:
        body = answer_body(leg, self.region.url)
        ncco = await self.fetching.ask(leg, hook, body, "transfer")
        if ncco is not None:
            self.transfer(leg, ncco)
