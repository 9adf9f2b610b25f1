"""What an agent who wants to call somebody can choose from, and must keep to. Reads only."""

from typing import Any

from calls import dialling
from calls.models import Call, CustomerNumber, dials
from contactcenter.vonage import numbers
from ivr.models import Number

LOOKED_AT, RECENT = 100, 10


def dial(*, agent_id: int) -> dict[str, Any]:
    """Recent numbers, the numbers of ours that may be shown, and the rules in words."""
    row = dials.row()
    usual = dials.caller_id(row)
    return {
        "recent": recent_numbers(agent_id=agent_id),
        "caller_ids": [
            {"number": one.number, "label": one.label or None, "usual": one.number == usual}
            for one in Number.objects.all()
        ],
        "rules": dialling.in_words(dials.rules_of(row)),
    }


def recent_numbers(*, agent_id: int, count: int = RECENT) -> list[dict[str, Any]]:
    """Whom the agent talked to or called last, the newest first, each number once."""
    own = Call.objects.filter(legs__agent=agent_id, legs__offer__state="accepted")
    calls: dict[str, Call] = {}
    for call in own.order_by("-id").distinct()[:LOOKED_AT]:
        if len(call.customer_number) >= numbers.SHORTEST_ABROAD:
            calls.setdefault(call.customer_number, call)
    shown = list(calls.items())[:count]
    names = _names([number for number, _ in shown])
    return [
        {
            "number": number,
            "name": names.get(number),
            "direction": call.direction,
            "at": call.started_at,
        }
        for number, call in shown
    ]


def _names(found: list[str]) -> dict[str, str]:
    """By number: the customer's name, where we know it."""
    known = CustomerNumber.objects.filter(number__in=found).exclude(customer__name="")
    return dict(known.values_list("number", "customer__name"))
