"""Why an agent was chosen: the explanation that routing kept with the offer, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from agents.admin.display import NOTHING
from calls.models import Offer
from calls.routing import reason
from contactcenter.durations import length


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could have been rung, at the time of the offer."""

    name: str
    idle_since: datetime | None
    idle_for: str
    note: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    sentence: str
    candidates: list[Candidate]  # the chosen one first
    excluded: list[tuple[int, str]]  # how many, and what kept them from it


def why_of(offer: Offer) -> Why | None:
    """None when no explanation was kept, as with offers that are being made at this moment."""
    kept = offer.explanation
    if not isinstance(kept, dict) or not isinstance(kept.get("winner"), dict):
        return None
    winner = kept["winner"]
    others = [row for row in kept.get("next", []) if isinstance(row, dict)]
    return Why(
        sentence=_sentence(offer, winner, rule=str(kept.get("rule", ""))),
        candidates=[
            _candidate(winner, offer, is_chosen=True),
            *(_candidate(row, offer) for row in others),
        ],
        excluded=[
            (count, str(reason).replace("_", " "))
            for reason, count in sorted(kept.get("excluded", {}).items())
        ],
    )


def _sentence(offer: Offer, winner: Mapping[str, Any], *, rule: str) -> str:
    said = reason(rule, str(offer.entry.queue or ""))
    return f"{winner.get('name', offer.agent)}: {said[0].lower()}{said[1:]}."


def _candidate(row: Mapping[str, Any], offer: Offer, *, is_chosen: bool = False) -> Candidate:
    since = parse_datetime(str(row.get("idle_since", "")))
    idle = length((offer.offered_at - since).total_seconds()) if since else NOTHING
    note = "preferred" if row.get("preferred") else ""
    return Candidate(str(row.get("name", "")), since, idle, note, is_chosen)
