"""The calls that agents are in: who else is, where everybody is, and what was asked to be done."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from calls.models import Call, CallEvent, Command, Invitation, Leg, Offer, Supervision
from calls.selectors.called_back import kinds_of
from calls.selectors.commands import command_row
from calls.selectors.customers import pop_of
from calls.selectors.me.lately import consults_ended
from calls.states import LegKind, LegState, OfferState
from contactcenter.prepared import Prepared, given, given_list

TOLD_FOR = timedelta(seconds=15)  # how long it is shown what became of a command
Row = dict[str, Any]
OWN_LEGS = Prepared(
    lambda: (
        Leg.objects.filter(agent__in=given_list("agents"), offer__state=OfferState.ACCEPTED)
        .exclude(state=LegState.ENDED)
        .select_related("call__queue", "call__customer", "offer__entry", "offer__call")
    )
)
LIVE_LEGS = Prepared(
    lambda: (
        Leg.objects.filter(call__in=given_list("calls"))
        .exclude(state=LegState.ENDED)
        .select_related("agent__user", "offer", "call__customer")
        .order_by("planned_at", "id")
    )
)
INVITED = Prepared(
    lambda: Invitation.objects.filter(call__in=given_list("calls")).exclude(
        state=Invitation.State.ENDED
    )
)
TOLD = Prepared(
    lambda: Supervision.objects.filter(
        Q(is_told=True) | Q(mode=Supervision.Mode.BARGE),
        call__in=given_list("calls"),
        state=Supervision.State.JOINED,
    ).select_related("agent__user")
)
ASKED = Prepared(
    lambda: Command.objects.filter(
        Q(state=Command.State.PENDING) | Q(settled_at__gt=given("now") - TOLD_FOR),
        call__in=given_list("calls"),
        agent__in=given_list("agents"),
    )
)


def calls_of(agent_ids: Collection[int], *, now: datetime) -> dict[int, Row]:
    """The call that each of them is in, in a number of queries that does not grow."""
    if not agent_ids:
        return {}
    legs = OWN_LEGS.objects(Leg, agents=agent_ids)
    if not legs:
        return {}
    kinds = kinds_of(leg.offer for leg in legs)
    scene = _Scene(legs, now=now)
    return {
        leg.agent_id: {**kinds[leg.offer.id], **_call(leg), **scene.around(leg)}
        for leg in legs
        if leg.agent_id is not None
    }


def _call(leg: Leg) -> Row:
    call = leg.call
    return {
        "id": call.id,
        "state": call.state,
        "direction": call.direction,
        "from": call.from_number,
        "to": call.to_number,
        "queue": call.queue.name if call.queue else None,
        "enqueued_at": call.first_enqueued_at,
        "answered_at": call.answered_at,
        "held_at": call.held_at,
        "mine": call.agent_id == leg.agent_id,
        "taken_over": leg.offer.kind == Offer.Kind.TAKE_OVER,
        "uuid": leg.uuid,
        "phone_call": leg.phone_call or leg.uuid,
        "pop": pop_of(call),
    }


class _Scene:
    """What is at hand about these agents' calls."""

    def __init__(self, own: Sequence[Leg], *, now: datetime) -> None:
        calls = {leg.call_id for leg in own}
        self._legs = _by_call(LIVE_LEGS.objects(Leg, calls=calls))
        self._invited = {one.leg_id: one for one in INVITED.objects(Invitation, calls=calls)}
        self._supervisions = _by_call(TOLD.objects(Supervision, calls=calls))
        called = {leg.call_id for leg in own if leg.call.direction == Call.Direction.OUTBOUND}
        machines = CallEvent.objects.filter(call__in=called, type="machine")
        self._machines = set(machines.values_list("call", flat=True)) if called else set()
        self._consults_ended = consults_ended(calls, now=now)
        self._commands = _commands([(leg.call_id, leg.agent_id) for leg in own], now=now)

    def around(self, own: Leg) -> Row:
        """What one of the agents is shown of their call."""
        parties = [self._party(leg, own) for leg in self._parties(own.call_id)]
        return {
            "machine": own.call_id in self._machines,
            "parties": parties,
            "consult": self._consult(own.call),
            "consult_ended": self._consults_ended.get((own.call_id, own.agent_id or 0)),
            "supervisors": [
                {"name": str(one.agent), "mode": one.mode}
                for one in self._supervisions.get(own.call_id, ())
            ],
            "commands": self._commands.get((own.call_id, own.agent_id), []),
        }

    def _parties(self, call_id: int) -> list[Leg]:
        """The customer first, then the others as they came; supervisors only if agents are told."""
        told = {one.leg_id for one in self._supervisions.get(call_id, ())}
        legs = [leg for leg in self._legs[call_id] if self._is_shown(leg, told)]
        return sorted(legs, key=lambda leg: leg.kind != LegKind.CUSTOMER)

    @staticmethod
    def _is_shown(leg: Leg, told: set[int]) -> bool:
        if leg.kind == LegKind.SUPERVISOR:
            return leg.id in told
        if leg.kind == LegKind.AGENT:  # who is only rung for the wait is no party of it
            offer = getattr(leg, "offer", None)
            return offer is not None and (offer.entry_id is None or offer.state == "accepted")
        return True

    def _party(self, leg: Leg, own: Leg) -> Row:
        invitation = self._invited.get(leg.id)
        is_me = leg.id == own.id
        return {
            "leg": leg.id,
            "kind": leg.kind,
            "name": _name(leg),
            "number": _number(leg),
            "role": invitation.kind if invitation else None,
            "state": _where(leg),
            "me": is_me,
            "since": leg.answered_at or leg.planned_at,
            "removable": invitation is not None and not is_me and not leg.on_purpose,
        }

    def _consult(self, call: Call) -> Row | None:
        """The consultation, as long as it goes on."""
        for leg in self._legs[call.id]:
            invitation = self._invited.get(leg.id)
            if invitation and invitation.kind == Invitation.Kind.CONSULT:
                return {
                    "leg": leg.id,
                    "name": _name(leg),
                    "number": _number(leg),
                    "state": _stage(invitation, leg, call),
                    "since": invitation.joined_at or invitation.asked_at,
                }
        return None


def _commands(
    parts: Collection[tuple[int, int | None]], *, now: datetime
) -> dict[tuple[int, int | None], list[Row]]:
    """By call and agent: what they asked for that is pending, or was settled just now."""
    asked = ASKED.objects(
        Command,
        calls={call for call, _ in parts},
        agents={agent for _, agent in parts},
        now=now,
    )
    found: dict[tuple[int, int | None], list[Row]] = defaultdict(list)
    for one in asked:
        leg = one.body.get("leg")  # of whoever is let go
        row = {"key": one.key, "kind": one.kind, "leg": leg, **command_row(one)}
        found[one.call_id, one.agent_id].append(row)
    return found


def _stage(invitation: Invitation, leg: Leg, call: Call) -> str:
    if invitation.state == Invitation.State.RINGING:
        return "ringing"
    if invitation.merged_at:
        return "merged"
    return "aside" if leg.room == call.aside_room else "talking"


def _name(leg: Leg) -> str | None:
    if leg.agent:
        return str(leg.agent)
    customer = leg.call.customer if leg.kind == LegKind.CUSTOMER else None
    return customer.name or None if customer else None


def _number(leg: Leg) -> str | None:
    if leg.agent_id:
        return None
    known = leg.number or (leg.call.customer_number if leg.kind == LegKind.CUSTOMER else "")
    return known or None


def _where(leg: Leg) -> str:
    """ringing, held (the customer with music), aside (the one consulted with music), or in."""
    if leg.room == leg.call.hold_room:
        return "held"
    if leg.room == leg.call.aside_room:
        return "aside"
    return "in" if leg.room else "ringing"


def _by_call(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.call_id].append(row)
    return found


def supervisions_of(agent_ids: Collection[int], *, now: datetime) -> dict[int, Row]:
    """What each of them listens to, as a supervisor."""
    if not agent_ids:
        return {}
    going_on = Supervision.objects.filter(agent__in=agent_ids)
    live = going_on.exclude(state=Supervision.State.ENDED)
    rows = list(live.select_related("call__agent__user", "leg"))
    commands = _commands([(one.call_id, one.agent_id) for one in rows], now=now) if rows else {}
    return {
        one.agent_id: {
            "call": one.call_id,
            "leg": one.leg_id,
            "mode": one.mode,
            "state": one.state,
            "uuid": one.leg.uuid,
            "phone_call": one.leg.phone_call or one.leg.uuid,
            "name": str(one.call.agent) if one.call.agent else None,
            "number": one.call.customer_number or None,
            "since": one.joined_at or one.began_at,
            "commands": commands.get((one.call_id, one.agent_id), []),
        }
        for one in rows
    }
