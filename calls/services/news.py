"""Vonage's words for a leg, read without trust."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_datetime

UUID = re.compile(r"[A-Za-z0-9-]{1,64}")
# A platform time further off than this is not believed; ours stands for it.
BELIEVABLE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class News:
    """One status of one leg, in Vonage's words; times are the platform's, where it gave one."""

    status: str
    at: datetime
    answered_at: datetime | None = None  # `start_time` of a completed leg
    sip_code: int | None = None
    disconnected_by: str = ""
    duration: int | None = None
    price: Decimal | None = None
    rate: Decimal | None = None
    network: str = ""


def uuid_of(payload: Mapping[str, Any]) -> str:
    """The leg's uuid, or "" when there is none of the right form."""
    value = payload.get("uuid") or payload.get("call_uuid")
    return value if isinstance(value, str) and UUID.fullmatch(value) else ""


def anonymous(payload: Mapping[str, Any]) -> dict[str, Any]:
    """An RTC event without the two ends of its channel, where the caller's number stands.

    It names no leg by which we could find and erase it, and nobody reads it but people.
    """
    body = payload.get("body")
    channel = body.get("channel") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(channel, Mapping):
        return dict(payload)
    rest = {name: value for name, value in channel.items() if name not in {"from", "to"}}
    return {**payload, "body": {**body, "channel": rest}}


def time_of(value: object, *, now: datetime) -> datetime | None:
    """A platform time with its zone, or None when it is missing, malformed or unbelievable."""
    if not isinstance(value, str):
        return None
    try:
        found = parse_datetime(value)
    except ValueError:
        return None
    if found is None or found.tzinfo is None or abs(found - now) > BELIEVABLE:
        return None
    return found


def news_of(payload: Mapping[str, Any], *, now: datetime) -> News:
    """A status event, or a call as `GET /v1/calls/{uuid}` shows it."""
    at = time_of(payload.get("end_time"), now=now) or time_of(payload.get("timestamp"), now=now)
    return News(
        status=str(payload.get("status", "")),
        at=at or now,
        answered_at=time_of(payload.get("start_time"), now=now),
        sip_code=_whole(payload.get("sip_code")),
        disconnected_by=str(payload.get("disconnected_by") or "")[:10],
        duration=_whole(payload.get("duration")),
        price=_decimal(payload.get("price")),
        rate=_decimal(payload.get("rate")),
        network=str(payload.get("network") or "")[:40],
    )


def digits_of(payload: Mapping[str, Any]) -> str:
    """The keys pressed; "" for none, in today's form and in the old one."""
    dtmf = payload.get("dtmf")
    digits = dtmf.get("digits") if isinstance(dtmf, Mapping) else dtmf
    return digits if isinstance(digits, str) and re.fullmatch(r"[0-9*#]{1,20}", digits) else ""


def _whole(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 7 else None


def _decimal(value: object) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found < 1000 else None
