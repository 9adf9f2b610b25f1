"""The bodies of the Voice webhooks, key for key as Vonage sends them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.clock import stamp, stamp_seconds
from sandbox.legs.leg import Leg

RATES = {"phone": 0.0072, "app": 0.0}
SYNTAX_ERROR = "Syntax error in NCCO. Invalid value type or action."


@dataclass(frozen=True)
class Outcome:
    """How a leg ended that nobody answered."""

    status: str
    sip_code: int
    detail: str = ""

    def extra(self) -> dict[str, Any]:
        """What its event says besides the common keys."""
        said: dict[str, Any] = {"detail": self.detail} if self.detail else {}
        plain = self.status in {"cancelled", "timeout"}
        return said if plain else said | {"sip_code": self.sip_code}


@dataclass(frozen=True)
class Recorded:
    """A recording that is kept; `size` in bytes."""

    id: str
    conversation_id: str
    began: datetime
    ended: datetime
    size: int


BUSY = Outcome("busy", 486)
CANCELLED = Outcome("cancelled", 487)
TIMEOUT = Outcome("timeout", 480)
UNAVAILABLE = Outcome("unanswered", 480, "unavailable")
DECLINED = Outcome("rejected", 603, "declined")
FAILED = Outcome("failed", 503, "cannot_route")


def status_body(leg: Leg, status: str, now: datetime, extra: dict[str, Any]) -> dict[str, Any]:
    """Any status event of a leg."""
    return {
        "headers": {},
        "from": leg.caller,
        "to": leg.called,
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation_id,
        "status": status,
        "direction": leg.direction,
        "timestamp": stamp(now),
    } | extra


def answered_extra() -> dict[str, Any]:
    return {"start_time": None, "rate": None, "network": None}


def completed_extra(leg: Leg, by: str, sip_code: int) -> dict[str, Any]:
    """Times, costs and the end of a leg; `by` is `user` or `platform`."""
    return {
        "start_time": stamp(leg.start_time) if leg.start_time else None,
        "end_time": stamp(leg.end_time) if leg.end_time else None,
        "duration": str(duration(leg)),
        "rate": rate(leg),
        "price": price(leg),
        "network": network(leg),
        "disconnected_by": by,
        "sip_code": sip_code,
    }


def duration(leg: Leg) -> int:
    """Whole seconds from answer to end."""
    if leg.start_time is None or leg.end_time is None:
        return 0
    return round((leg.end_time - leg.start_time).total_seconds())


def rate(leg: Leg) -> str:
    """Euros a minute."""
    return f"{RATES[leg.kind]:.8f}"


def price(leg: Leg) -> str:
    """Euros so far."""
    seconds = duration(leg)
    return f"{RATES[leg.kind] * seconds / 60:.8f}" if seconds else "0"


def network(leg: Leg) -> str | None:
    """The network of a phone leg's far end."""
    if leg.number is None:
        return None
    return "23410" if leg.number.startswith("447") else "GB-FIXED"


def answer_body(leg: Leg, region_url: str) -> dict[str, Any]:
    """What an answer webhook is asked with."""
    caller = "from_user" if (leg.kind, leg.direction) == ("app", "inbound") else "from"
    sent = {} if leg.custom_data is None else {"custom_data": leg.custom_data}
    return {
        "to": leg.called,
        caller: leg.caller,
        "endpoint_type": leg.kind,
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation_id,
        "region_url": region_url,
    } | sent


def fallback_body(leg: Leg, reason: str, url: str, word: str) -> dict[str, Any]:
    """What the fallback is asked with; `word` is `answer` or `event`, whatever failed."""
    return {
        "to": leg.called,
        "from": leg.caller,
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation_id,
        "reason": reason,
        "original_request": {"url": url, "type": word},
    }


def input_body(
    leg: Leg, dtmf: dict[str, Any], speech: dict[str, Any], now: datetime
) -> dict[str, Any]:
    return {
        "speech": speech,
        "dtmf": dtmf,
        "from": leg.caller,
        "to": leg.called,
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation_id,
        "timestamp": stamp(now),
    }


def notify_body(leg: Leg, payload: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "payload": payload,
        "conversation_uuid": leg.conversation_id,
        "timestamp": stamp(now),
    }


def record_body(recorded: Recorded, platform_url: str, now: datetime) -> dict[str, Any]:
    """It names no leg, and its times are in whole seconds."""
    return {
        "start_time": stamp_seconds(recorded.began),
        "end_time": stamp_seconds(recorded.ended),
        "size": recorded.size,
        "recording_url": f"{platform_url}/v1/files/{recorded.id}",
        "recording_uuid": recorded.id,
        "conversation_uuid": recorded.conversation_id,
        "timestamp": stamp(now),
    }


def transfer_body(leg: Leg, old: str, new: str, now: datetime) -> dict[str, Any]:
    return {
        "type": "transfer",
        "conversation_uuid_from": old,
        "conversation_uuid_to": new,
        "uuid": leg.uuid,
        "timestamp": stamp(now),
    }


def error_body(leg: Leg, reason: str, now: datetime) -> dict[str, Any]:
    return {
        "reason": reason,
        "conversation_uuid": leg.conversation_id,
        "timestamp": stamp(now),
    }
