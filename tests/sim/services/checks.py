"""What must hold of a call after each thing that happens to it, and of everything at the end."""

from datetime import datetime

from calls import selectors
from calls.folding import FOLDED
from calls.models import Call, Instruction, Leg, Offer
from calls.states import CallOutcome, CallState, LegState, OfferState
from tests.sim.services.platform import Platform

WAITING = (CallState.QUEUED, CallState.OFFERED, CallState.AWAITING_CALLBACK)
COUNTED = ("answered", "abandoned", "short_abandoned")  # a call as its last wait


class Violated(AssertionError):
    """Something that must always hold did not."""


class Checks:
    """Remembers what may never change or go back, call by call."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._places: dict[int, datetime] = {}
        self._announced: dict[int, int] = {}
        self._ended: dict[int, str] = {}
        self._rooms: dict[int, tuple[int, int]] = {}
        self._firsts: dict[tuple[int, str], datetime] = {}

    def touched(self, call_ids: set[int]) -> None:
        """These calls may have changed: everything about them still holds."""
        calls = Call.objects.filter(id__in=call_ids).prefetch_related("entries")
        pending = Offer.objects.filter(call__in=call_ids, state=OfferState.PENDING)
        ringing = set(pending.values_list("entry__call", flat=True))
        for call in calls:
            self._in_one_place(call, rings=call.id in ringing)
            self._is_its_log(call)
            self._keeps_its_place(call)
            self._ended_stays_ended(call)
            self._goes_on(call)
            self._ends_as_it_waited(call)
        self.platform()

    def platform(self) -> None:
        """What the platform saw: dialled once, answered alike, within the limits."""
        if self._platform.problems:
            raise Violated(self._platform.problems[0])
        twice = [key for key, times in self._platform.dialled.items() if times > 1]
        if twice:
            raise Violated(f"leg {twice[0]} was dialled {self._platform.dialled[twice[0]]} times")

    def taken(self, instruction_id: int) -> None:
        """No older move or hang-up of a leg that Vonage knows is still open in the same call."""
        taken = Instruction.objects.get(id=instruction_id)
        moves = Instruction.objects.filter(
            call=taken.call_id,
            id__lt=taken.id,
            verb__in=[Instruction.Verb.TRANSFER, Instruction.Verb.HANG_UP],
            state__in=[Instruction.State.WAITING, Instruction.State.CLAIMED],
        )
        older = moves.exclude(leg__uuid=None).first()
        if older and taken.verb in {Instruction.Verb.TRANSFER, Instruction.Verb.HANG_UP}:
            raise Violated(f"instruction {taken.id} is sent before {older.id} of the same call")

    def everything(self, *, now: datetime) -> None:
        """All invariants of the product, as its own health page looks at them."""
        for name, found in selectors.violations(now=now).items():
            if found:
                raise Violated(f"{name}: {found[0].model} {found[0].id} {found[0].words}")

    def all_over(self) -> None:
        """Nobody calls any more: every call has ended, on both sides, and says how."""
        live = Call.objects.exclude(state=CallState.ENDED).first()
        if live:
            raise Violated(f"call {live.id} is {live.state} for ever")
        leg = Leg.objects.exclude(state=LegState.ENDED).first()
        if leg:
            raise Violated(f"{leg.kind} leg {leg.id} of call {leg.call_id} lives for ever")
        ours = set(Leg.objects.exclude(uuid=None).values_list("uuid", flat=True))
        for left in self._platform.legs.values():
            if left.is_live and left.uuid in ours:
                raise Violated(f"{left.kind} leg {left.uuid} lives at the platform for ever")
        nameless = Call.objects.filter(outcome="").first()
        if nameless:
            raise Violated(f"call {nameless.id} ended, and nobody says how")

    def _in_one_place(self, call: Call, *, rings: bool) -> None:
        waits = any(entry.left_at is None for entry in call.entries.all())
        asked = call.state == CallState.IN_FLOW and call.node.startswith("@")
        dials = call.state == CallState.DIALING
        if waits != (call.state in WAITING) and not ((asked or dials) and waits):
            raise Violated(f"call {call.id} is {call.state}, waits: {waits}")
        if rings != (call.state == CallState.OFFERED):
            raise Violated(f"call {call.id} is {call.state}, rings: {rings}")

    def _is_its_log(self, call: Call) -> None:
        folded = selectors.rebuild(call)
        wrong = [name for name in FOLDED if getattr(call, name) != folded[name]]
        if wrong:
            raise Violated(f"the log of call {call.id} says otherwise of {wrong}")

    def _keeps_its_place(self, call: Call) -> None:
        for entry in call.entries.all():
            if self._places.setdefault(entry.id, entry.enqueued_at) != entry.enqueued_at:
                raise Violated(f"the place of entry {entry.id} has moved")
            told = entry.announced_position
            if told is not None and told > self._announced.get(entry.id, told):
                raise Violated(f"entry {entry.id} was told a worse position")
            if told is not None:
                self._announced[entry.id] = told

    def _ended_stays_ended(self, call: Call) -> None:
        """Its outcome too, but for a message that turns out to be empty, or comes after all."""
        before = self._ended.get(call.id, call.outcome)
        if call.id in self._ended and call.state != CallState.ENDED:
            raise Violated(f"call {call.id} had ended, and is {call.state}")
        if before != call.outcome and CallOutcome.VOICEMAIL not in {before, call.outcome}:
            raise Violated(f"call {call.id} had ended {before}, and is {call.outcome}")
        if call.state == CallState.ENDED:
            self._ended[call.id] = call.outcome

    def _goes_on(self, call: Call) -> None:
        """No room or step comes again, and what happened for the first time keeps its time."""
        now = (call.room, call.step)
        before = self._rooms.setdefault(call.id, now)
        if any(new < old for new, old in zip(now, before, strict=True)):
            raise Violated(f"call {call.id} was in room and at step {before}, and is back at {now}")
        self._rooms[call.id] = now
        for name in ("first_enqueued_at", "answered_at"):
            at, known = getattr(call, name), self._firsts.get((call.id, name))
            if known is not None and at != known:
                raise Violated(f"{name} of call {call.id} was {known}, and is {at}")
            if at is not None:
                self._firsts[call.id, name] = at

    def _ends_as_it_waited(self, call: Call) -> None:
        """Whose last wait was answered, or given up, counts as that."""
        last = max(call.entries.all(), key=lambda entry: entry.id, default=None)
        if call.state != CallState.ENDED or last is None or last.outcome not in COUNTED:
            return
        if call.outcome != last.outcome:
            raise Violated(f"call {call.id} ended {call.outcome}, its last wait {last.outcome}")
