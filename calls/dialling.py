"""Whom an agent may call, and when. Pure: no Django, no clock, no I/O.

Every objection is a sentence for the agent; "" is none.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from calls.time_zones import ZONES
from contactcenter.vonage import numbers

WRITE_IT = "Write the number with its country code, such as +44 7700 900123."


@dataclass(frozen=True, slots=True)
class Rules:
    """What is the same for every agent. Hours count where the callee is; None: at any time."""

    countries: Collection[str]
    refused_prefixes: Collection[str]
    per_minute: int
    per_hour: int
    not_before: time | None
    not_after: time | None
    home_zone: str  # whose clock counts where no other is known


@dataclass(frozen=True, slots=True)
class Known:
    """What our tables say of a number."""

    is_ours: bool
    is_listed: bool  # as one that nobody calls


def number_of(text: str, *, caller_id: str) -> str:
    """What an agent typed, in E.164; "" when it is no number that can be called.

    Without its country code it is one of the country of our number `caller_id`.
    """
    is_whole = text.strip().startswith(("+", "00"))
    digits = numbers.normal(text)
    found = digits if is_whole or not digits else numbers.typed(digits, called=caller_id)
    meant = numbers.without_trunk(found)
    return meant if len(meant) >= numbers.SHORTEST_ABROAD else ""


def forms(number: str) -> Collection[str]:
    """The number, and the one it may mean: some networks connect "+44 07700…" as well."""
    code = numbers.country_code(number)
    rest = number[len(code) :]
    return {number, code + rest.lstrip("1" if code == "1" else "0")}


def objection(number: str, *, rules: Rules, known: Known) -> str:
    """Why nobody may bring this number into a call, or call it."""
    if known.is_ours:
        return f"{numbers.shown(number)} is one of our own numbers."
    code = numbers.country_code(number)
    if code not in rules.countries:
        allowed = _listed(sorted(rules.countries))
        who = f"only {allowed}" if allowed else "no country"
        return f"Calls to +{code} are refused: {who} may be called."
    for prefix in sorted(rules.refused_prefixes, key=len, reverse=True):
        if any(one.startswith(prefix) for one in forms(number)):
            return f"Calls to {_beginning(prefix)} are refused: premium and special ranges."
    if known.is_listed:
        return f"{numbers.shown(number)} is on the do-not-call list."
    return ""


def too_often(*, rules: Rules, last_minute: int, last_hour: int) -> str:
    """Why an agent who has begun so many calls may not begin another one now."""
    if last_minute >= rules.per_minute:
        return f"You have begun {_calls(last_minute)} within a minute. Please wait a moment."
    if last_hour >= rules.per_hour:
        return f"You have begun {_calls(last_hour)} within an hour, as many as you may."
    return ""


def wrong_hour(number: str, *, rules: Rules, now: datetime) -> str:
    """Why this number is not called now, by every clock that may be the callee's."""
    if rules.not_before is None or rules.not_after is None:
        return ""
    for zone in ZONES.get(numbers.country_code(number), (rules.home_zone,)):
        there = now.astimezone(ZoneInfo(zone)).time()
        if not _within(there, rules.not_before, rules.not_after):
            allowed = f"{rules.not_before:%H:%M} to {rules.not_after:%H:%M}"
            return f"It is or may be {there:%H:%M} where they are; calls are made from {allowed}."
    return ""


def in_words(rules: Rules) -> list[str]:
    """The rules as sentences, for those who must keep them."""
    said = [f"Countries that may be called: {_listed(sorted(rules.countries)) or 'none'}."]
    if rules.refused_prefixes:
        refused = ", ".join(_beginning(one) for one in sorted(rules.refused_prefixes))
        said.append(f"Refused as premium and special ranges: {refused}.")
    if rules.not_before is not None and rules.not_after is not None:
        hours = f"{rules.not_before:%H:%M} to {rules.not_after:%H:%M}"
        said.append(f"Calls are made from {hours}, by the clock where they are.")
    rate = f"{_calls(rules.per_minute)} a minute and {rules.per_hour} an hour"
    return [*said, f"You may begin {rate}."]


def _within(there: time, first: time, last: time) -> bool:
    if first <= last:
        return first <= there < last
    return there >= first or there < last


def _beginning(prefix: str) -> str:
    """ "449" → "+44 9…"."""
    code = numbers.country_code(prefix)
    return f"+{code} {prefix[len(code) :]}".rstrip() + "…"


def _listed(codes: list[str]) -> str:
    """ "+44, +353 and +49"."""
    shown = [f"+{code}" for code in codes]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def _calls(count: int) -> str:
    return f"{count} call" if count == 1 else f"{count} calls"
