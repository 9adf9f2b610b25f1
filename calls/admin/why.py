"""Why an agent was chosen: the explanation that routing kept with the offer, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from agents.admin.display import NOTHING
from agents.models import Skill
from calls.models import Offer
from calls.routing import FORMULA, reason, sum_of
from contactcenter.durations import length


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could have been rung, at the time of the offer."""

    name: str
    idle_since: datetime | None
    idle_for: str
    note: str
    skills: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    sentence: str
    facts: str  # the call's score and needs at that time
    candidates: list[Candidate]  # the chosen one first
    more: int  # who could have been rung too, and are not shown
    excluded: list[tuple[int, str]]  # how many, and what kept them from it


def why_of(offer: Offer) -> Why | None:
    """None when no explanation was kept, as with offers that are being made at this moment."""
    kept = offer.explanation
    if not isinstance(kept, dict) or not kept.get("rule"):
        return None
    if not isinstance(kept.get("winner"), dict):
        return Why(f"{kept.get('actor') or 'Somebody'} asked for {offer.agent}.", "", [], 0, [])
    return _ranking(offer, kept)


def _ranking(offer: Offer, kept: Mapping[str, Any]) -> Why:
    """An offer that routing decided on."""
    others = [row for row in kept.get("next", []) if isinstance(row, dict)]
    skills = dict(Skill.objects.values_list("id", "name")) if kept.get("needs") else {}
    return Why(
        sentence=_sentence(offer, kept["winner"], rule=str(kept["rule"])),
        facts=_facts(kept),
        candidates=[
            _candidate(row, offer, skills, is_chosen=row is kept["winner"])
            for row in (kept["winner"], *others)
        ],
        more=kept.get("more", 0),
        excluded=[
            (count, str(reason).replace("_", " "))
            for reason, count in sorted(kept.get("excluded", {}).items())
        ],
    )


def _sentence(offer: Offer, winner: Mapping[str, Any], *, rule: str) -> str:
    said = reason(rule, str(offer.queue or ""))
    return f"{winner.get('name', offer.agent)}: {said[0].lower()}{said[1:]}."


def _facts(kept: Mapping[str, Any]) -> str:
    """Offers of earlier versions have no score."""
    if "score" not in kept:
        return ""
    needs = f" It needed {', '.join(kept['needs'])}." if kept["needs"] else ""
    return f"Score of the call: {sum_of(kept['priority'], kept['waited'])}, {FORMULA}.{needs}"


def _candidate(
    row: Mapping[str, Any], offer: Offer, skills: Mapping[int, str], *, is_chosen: bool
) -> Candidate:
    since = parse_datetime(str(row.get("idle_since", "")))
    had = row.get("skills", {}).items()
    return Candidate(
        name=str(row.get("name", "")),
        idle_since=since,
        idle_for=length((offer.offered_at - since).total_seconds()) if since else NOTHING,
        note="preferred" if row.get("preferred") else "",
        skills=", ".join(f"{skills[int(one)]} {level}" for one, level in had if int(one) in skills),
        is_chosen=is_chosen,
    )
