"""What browsers are sent about calls, key for key as the Client SDK reads it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.clock import stamp
from sandbox.legs import rtc
from sandbox.legs.conversations import Membership
from sandbox.legs.events import Outcome
from sandbox.legs.leg import Leg
from sandbox.sdk.sessions import Event

REJECTED = {"code": "REMOTE_REJECT", "text": "call-rejected-by-callee"}
RING_TIMER = 487
QUALITY = {
    "mos_score": 4.5, "quality_percentage": 100.0, "jitter_min_var": 0.0, "jitter_max_var": 0.0,
    "jitter_loss_rate": 0.0, "jitter_burst_rate": 0.0, "flaw_total": 0, "packet_cnt": 100,
    "packet_loss_perc": 0.0,
}  # fmt: skip
# The SDK knows no other words.
STATUSES = {
    "ringing": "ringing", "answered": "answered", "completed": "completed", "rejected": "completed",
}  # fmt: skip


def event(
    word: str, leg: Leg, membership: Membership, body: dict[str, Any], now: datetime
) -> Event:
    """An event about a leg in a conversation."""
    whole = rtc.envelope(leg, membership, word, body, now)
    return whole | {"cid": membership.conversation.id}


def invited(leg: Leg, membership: Membership, sdp: str, now: datetime) -> Event:
    """It rings; the SDK needs the offer in it."""
    body = _member(leg, membership) | {"media": rtc.media(leg), "sdp": sdp}
    return event("member:invited", leg, membership, body, now)


def joined(leg: Leg, membership: Membership, now: datetime) -> Event:
    body = _member(leg, membership) | {"media": rtc.media(leg)}
    return event("member:joined", leg, membership, body, now)


def left(leg: Leg, membership: Membership, outcome: Outcome | None, now: datetime) -> Event:
    body = _member(leg, membership)
    if outcome is not None and outcome.status == "rejected":
        body["reason"] = REJECTED
    return event("member:left", leg, membership, body, now)


def hangup(
    leg: Leg, membership: Membership, by: str, outcome: Outcome | None, now: datetime
) -> Event:
    """What ends a call in the SDK; it tells a ring timer from a caller who gave up by its code."""
    rang_out = outcome is not None and outcome.status == "timeout"
    reason = {
        "text": "Normal hangup",
        "code": "LOCAL_HANGUP" if by == "user" else "REMOTE_HANGUP",
        "sip_code": RING_TIMER if rang_out else 200,
    }
    body = {
        "channel": channel(leg),
        "direction": leg.direction,
        "reason": reason,
        "bandwidth": {"bytes_in": 0, "bytes_out": 0},
        "quality": QUALITY,
    }
    return event("rtc:hangup", leg, membership, body, now)


def transfer(leg: Leg, old: Membership, new: Membership, now: datetime) -> Event:
    """The leg is in another conversation; the browser's connection stays."""
    body = {
        "was_member": old.id,
        "user_id": leg.user_id,
        "transferred_from": old.conversation.id,
        "channel": channel(leg),
    }
    return event("rtc:transfer", leg, new, body, now)


def answer(leg: Leg, membership: Membership, sdp: str, now: datetime) -> Event:
    """The answer to a browser's offer for a call it has already."""
    return event("rtc:answer", leg, membership, {"rtc_id": leg.uuid, "answer": sdp}, now)


def status(leg: Leg, membership: Membership, now: datetime) -> Event | None:
    """Another party's status; None where the SDK has no word for it."""
    word = STATUSES.get(leg.status)
    if word is None:
        return None
    body = rtc.leg_status(leg) | {"status": word}
    body["statusHistory"] = [{"status": word, "date": stamp(now)}]
    return event("leg:status:update", leg, membership, body, now)


def channel(leg: Leg) -> dict[str, Any]:
    """The leg as members have it; the SDK knows the call by its id."""
    return {
        "id": leg.uuid,
        "type": leg.kind,
        "leg_ids": [leg.uuid],
        "from": party(leg.caller),
        "to": party(leg.called),
    }


def party(name: str) -> dict[str, str]:
    """A number, or a user; nobody at all is a phone without a number."""
    if name and not name.isdigit():
        return {"type": "app", "user": name}
    return {"type": "phone", "number": name}


def _member(leg: Leg, membership: Membership) -> dict[str, Any]:
    conversation = membership.conversation
    return {
        "conversation": {"conversation_id": conversation.id, "name": conversation.name},
        "member_id": membership.id,
        "user": {"id": leg.user_id, "name": leg.user_name},
        "channel": channel(leg),
    }
