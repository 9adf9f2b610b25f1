"""What the rules for calling out are now, for services and selectors alike. Reads only."""

from django.conf import settings

from calls import dialling
from calls.dialling import Known, Rules
from calls.models.outbound import DialRules, DoNotCall
from contactcenter.vonage import numbers
from ivr.models import Number


def row() -> DialRules:
    """The one row there is; as it would begin, where nobody has saved one yet."""
    return DialRules.objects.select_related("caller_id").first() or DialRules()


def rules_of(found: DialRules) -> Rules:
    """The row as the pure rules need it. Without a list of countries ours count."""
    listed = {code.strip() for code in found.countries.split(",") if code.strip()}
    return Rules(
        countries=listed or {numbers.country_code(one) for one in _ours()},
        refused_prefixes=found.refused_prefixes.split(),
        per_minute=found.per_minute,
        per_hour=found.per_hour,
        not_before=found.not_before,
        not_after=found.not_after,
        home_zone=settings.TIME_ZONE,
    )


def known(number: str) -> Known:
    """What our tables say of a number in E.164."""
    return Known(
        is_ours=Number.objects.filter(number__in=dialling.forms(number)).exists(),
        is_listed=DoNotCall.objects.filter(number__in=dialling.forms(number)).exists(),
    )


def caller_id(found: DialRules) -> str:
    """The number of ours that people see; "" where we have none."""
    if found.caller_id:
        return found.caller_id.number
    return next(iter(_ours()), "")


def number_of(text: str, found: DialRules) -> str:
    """What somebody typed, in E.164; "" for what is no number."""
    return dialling.number_of(text, caller_id=caller_id(found))


def _ours() -> list[str]:
    return list(Number.objects.order_by("number").values_list("number", flat=True))
