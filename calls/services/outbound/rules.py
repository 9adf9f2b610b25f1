"""The dial rules, kept whenever somebody wants a number called. Every refusal names its rule."""

from datetime import datetime, timedelta

from calls import dialling
from calls.errors import RefusedNumber, UnknownTarget
from calls.models import Call, Offer, dials
from calls.models.outbound import DialRules
from ivr.models import Number

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def check(text: str) -> str:
    """A number that is to be brought into a call, in E.164; or UnknownTarget or RefusedNumber.

    How often, and at what hour, agents call is no matter here: the customer is in the call already.
    """
    return _check(text, dials.row())


def check_own(text: str, *, row: DialRules, agent_id: int, now: datetime) -> str:
    """The same of a number that an agent wants to call now."""
    number = _check(text, row)
    rules = dials.rules_of(row)
    begun = Offer.objects.filter(
        agent=agent_id, kind=Offer.Kind.OUTGOING, call__direction=Call.Direction.OUTBOUND
    )
    objection = dialling.wrong_hour(number, rules=rules, now=now) or dialling.too_often(
        rules=rules,
        last_minute=begun.filter(offered_at__gt=now - MINUTE).count(),
        last_hour=begun.filter(offered_at__gt=now - HOUR).count(),
    )
    if objection:
        raise RefusedNumber(objection)
    return number


def caller_id(wanted: str, *, row: DialRules) -> str:
    """The number of ours that the callee sees: the one wanted, or the usual one."""
    ours = dials.number_of(wanted, row) if wanted else dials.caller_id(row)
    if wanted and not Number.objects.filter(number=ours).exists():
        raise RefusedNumber("Only a number of ours can be shown to the person you call.")
    if not ours:
        raise RefusedNumber("There is no number of ours yet that could be shown.")
    return ours


def _check(text: str, row: DialRules) -> str:
    number = dials.number_of(text, row)
    if not number:
        raise UnknownTarget(dialling.WRITE_IT)
    objection = dialling.objection(number, rules=dials.rules_of(row), known=dials.known(number))
    if objection:
        raise RefusedNumber(objection)
    return number
