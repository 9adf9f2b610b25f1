"""One call's journey, as its page shows it. Reads only."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.safestring import SafeString

from agents.admin.display import NOTHING, between
from calls.admin import badges
from calls.admin.lanes import Picture, draw
from calls.admin.platform import party_of, pretty, status_of
from calls.admin.spans import Traces, holds, lasted, of_flow, traces_of
from calls.admin.why import Why, why_of
from calls.models import (
    Call,
    CallEvent,
    Handling,
    Instruction,
    Invitation,
    Leg,
    Offer,
    QueueEntry,
    Supervision,
    SurveyAnswer,
    Transfer,
    VonageEvent,
)
from contactcenter.durations import length
from contactcenter.vonage import numbers


@dataclass(frozen=True, slots=True)
class LegRow:
    leg: Leg
    party: str
    state: SafeString
    price: str


@dataclass(frozen=True, slots=True)
class WaitRow:
    entry: QueueEntry
    place: str  # the queue, or the one agent
    lasted: str


@dataclass(frozen=True, slots=True)
class OfferRow:
    offer: Offer
    state: SafeString
    rang: str
    why: Why | None


@dataclass(frozen=True, slots=True)
class EventRow:
    event: CallEvent
    data: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class InstructionRow:
    instruction: Instruction
    party: str
    state: SafeString


@dataclass(frozen=True, slots=True)
class WebhookRow:
    webhook: VonageEvent
    party: str
    status: str
    reply_status: SafeString
    body: str
    reply: str


@dataclass(frozen=True, slots=True)
class Journey:
    badges: list[SafeString]
    is_waiting: bool
    facts: list[tuple[str, str]]
    picture: Picture
    offers: list[OfferRow]
    transfers: list[Transfer]
    invitations: list[Invitation]
    supervisions: list[Supervision]
    survey: SurveyAnswer | None
    handlings: list[Handling]
    waits: list[WaitRow]
    legs: list[LegRow]
    events: list[EventRow]
    instructions: list[InstructionRow]
    webhooks: list[WebhookRow]


def journey_of(call: Call, *, now: datetime, tells_all: bool = True) -> Journey:
    """Everything that is known of the call, each list in the order in which it happened.

    `tells_all`: also of supervisors who listened without the agents' being told.
    """
    traces = traces_of(call, tells_all=tells_all)
    transfers = call.transfers.select_related("by__user", "agent__user", "queue", "flow")
    of_legs = call.instructions.filter(leg__in=[leg.id for leg in traces.legs])
    return Journey(
        badges=[badge for badge in (badges.call_state(call), badges.outcome(call)) if badge],
        is_waiting=any(entry.left_at is None for entry in traces.entries),
        facts=_facts(traces, now=now),
        picture=draw(traces, now=now),
        offers=[_offer(offer, now=now) for offer in traces.offers],
        transfers=list(transfers),
        invitations=traces.invitations,
        supervisions=list(traces.supervisions.values()),
        survey=SurveyAnswer.objects.filter(call=call).select_related("agent__user").first(),
        handlings=list(call.handlings.select_related("agent__user", "disposition")),
        waits=[_wait(entry, now=now) for entry in traces.entries],
        legs=[_leg(leg) for leg in traces.legs],
        events=[EventRow(event, _pairs(event.data)) for event in traces.events],
        instructions=[
            InstructionRow(one, party_of(one.leg), badges.instruction_state(one))
            for one in of_legs.select_related("leg__agent__user")
        ],
        webhooks=_webhooks(traces.legs),
    )


def _facts(traces: Traces, *, now: datetime) -> list[tuple[str, str]]:
    call = traces.call
    waited = between(call.first_enqueued_at, call.answered_at)
    return [
        ("From", _number(call, call.from_number, "withheld")),
        ("To", _number(call, call.to_number, NOTHING)),
        *([("Customer", str(call.customer))] if call.customer else []),
        ("Flow", str(call.flow_version or NOTHING)),
        ("Queue", str(call.queue or NOTHING)),
        ("Agent", str(call.agent or NOTHING)),
        ("In flow", length(lasted(of_flow(traces), now=now).total_seconds())),
        ("Answered after", waited),
        ("On hold", length(lasted(holds(traces), now=now).total_seconds())),
        ("Length", between(call.started_at, call.ended_at)),
        ("Hung up by", call.get_hung_up_by_display() or NOTHING),
    ]


def _number(call: Call, number: str, otherwise: str) -> str:
    if not number and call.customer and call.customer.erased_at:
        return "erased"
    return numbers.shown(number) or number or otherwise


def _offer(offer: Offer, *, now: datetime) -> OfferRow:
    return OfferRow(
        offer=offer,
        state=badges.offer_state(offer),
        rang=between(offer.dialled_at, offer.ended_at or now),
        why=why_of(offer),
    )


def _wait(entry: QueueEntry, *, now: datetime) -> WaitRow:
    return WaitRow(
        entry=entry,
        place=str(entry.queue or f"for {entry.agent}"),
        lasted=between(entry.enqueued_at, entry.left_at or now),
    )


def _leg(leg: Leg) -> LegRow:
    return LegRow(leg, party_of(leg), badges.leg_state(leg), _amount(leg.price))


def _amount(price: Decimal | None) -> str:
    """As Vonage billed it, without the zeros that the column keeps."""
    if price is None:
        return NOTHING
    whole, _, rest = f"{price:f}".partition(".")
    return f"{whole}.{rest.rstrip('0'):0<2}"


def _pairs(data: object) -> list[tuple[str, str]]:
    if not isinstance(data, dict):
        return [("data", json.dumps(data, ensure_ascii=False))]
    return [
        (key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for key, value in data.items()
    ]


def _webhooks(legs: Iterable[Leg]) -> list[WebhookRow]:
    parties = {leg.uuid: party_of(leg) for leg in legs if leg.uuid}
    return [
        WebhookRow(
            webhook=webhook,
            party=parties[webhook.uuid],
            status=status_of(webhook),
            reply_status=badges.reply_status(webhook.reply_status),
            body=pretty(webhook.body),
            reply="" if webhook.reply is None else pretty(webhook.reply),
        )
        for webhook in VonageEvent.objects.filter(uuid__in=parties)
    ]
