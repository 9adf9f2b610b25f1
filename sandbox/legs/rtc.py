"""The bodies of the RTC webhook: what the Conversation API says about members and legs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.clock import stamp
from sandbox.legs.conversations import Membership
from sandbox.legs.leg import Leg

OK = {"code": "200", "text": "ok"}


def envelope(
    leg: Leg, membership: Membership, word: str, body: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """An event about a leg in a conversation; its `id` grows by one per conversation."""
    conversation = membership.conversation
    conversation.events += 1
    user = {"id": leg.user_id, "name": leg.user_name, "display_name": leg.user_name}
    return {
        "id": conversation.events,
        "type": word,
        "timestamp": stamp(now),
        "application_id": leg.application_id,
        "conversation_id": conversation.id,
        "from": membership.id,
        "body": body,
        "_embedded": {"from_user": user, "from_member": {"id": membership.id}},
    }


def joined(leg: Leg, membership: Membership, now: datetime) -> dict[str, Any]:
    return {
        "user": _user(leg, membership),
        "channel": {"type": leg.kind},
        "media": media(leg),
        "timestamp": {"invited": stamp(leg.created), "joined": stamp(now)},
        "initiator": {"joined": {"isSystem": True}},
    }


def left(leg: Leg, membership: Membership, now: datetime) -> dict[str, Any]:
    return {
        "user": _user(leg, membership),
        "channel": {"type": leg.kind},
        "timestamp": {"left": stamp(now)},
        "reason": OK,
    }


def leg_status(leg: Leg) -> dict[str, Any]:
    history = [{"status": status, "date": stamp(at)} for status, at in leg.history]
    return {
        "leg_id": leg.uuid,
        "type": leg.kind,
        "direction": leg.direction,
        "status": leg.status,
        "state": "dead" if leg.over else "alive",
        "statusHistory": history,
    }


def hangup(leg: Leg, sip_code: int) -> dict[str, Any]:
    return {
        "channel": {"type": leg.kind},
        "direction": leg.direction,
        "reason": OK | {"sip_code": sip_code},
        "quality": {"mos_score": 4.3},
    }


def media(leg: Leg) -> dict[str, Any]:
    """Whether a leg's sound is on, both ways."""
    settings = {"enabled": True, "earmuffed": leg.port.earmuffed, "muted": leg.port.muted}
    return {"audio": True, "audio_settings": settings}


def _user(leg: Leg, membership: Membership) -> dict[str, Any]:
    return {"member_id": membership.id, "id": leg.user_id, "name": leg.user_name, "media": {}}
