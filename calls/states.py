"""States of calls, legs and offers, and what news does to them. Pure: no Django, no I/O."""

from enum import StrEnum


class CallState(StrEnum):
    IN_FLOW = "in_flow"
    QUEUED = "queued"
    DIALING = "dialing"
    OFFERED = "offered"
    CONNECTED = "connected"
    HELD = "held"
    AWAITING_CALLBACK = "awaiting_callback"
    VOICEMAIL = "voicemail"
    ENDED = "ended"


class CallOutcome(StrEnum):
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    SHORT_ABANDONED = "short_abandoned"
    ABANDONED_IN_FLOW = "abandoned_in_flow"
    OVERFLOWED = "overflowed"
    CALLBACK = "callback"
    VOICEMAIL = "voicemail"
    NOT_REACHED = "not_reached"
    FAILED = "failed"


class LegState(StrEnum):
    PLANNED = "planned"
    STARTED = "started"
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


class LegKind(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    NUMBER = "number"
    SUPERVISOR = "supervisor"
    BOT = "bot"


class OfferState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MISSED = "missed"
    FAILED = "failed"
    RESCINDED = "rescinded"


class FailCause(StrEnum):
    """Why an offer failed."""

    UNREACHABLE = "unreachable"  # it rang nowhere
    DEVICE = "device"  # the agent's device refused
    PLATFORM = "platform"  # Vonage could not, or said nothing
    MEDIA = "media"  # answering failed in the browser


class Strategy(StrEnum):
    """Which of the idle agents who may take a call is rung."""

    LONGEST_IDLE = "longest_idle"
    ROUND_ROBIN = "round_robin"
    RING_ALL = "ring_all"
    TOP_DOWN = "top_down"
    LEAST_SKILLED = "least_skilled"


class HungUpBy(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    SYSTEM = "system"
    PLATFORM = "platform"


LEG_ORDER = list(LegState)
# Vonage's status words for a leg, https://developer.vonage.com/en/voice/voice-api/webhook-reference
LEG_STATES = {
    "started": LegState.STARTED,
    "ringing": LegState.RINGING,
    "answered": LegState.ANSWERED,
    "busy": LegState.ENDED,
    "cancelled": LegState.ENDED,
    "failed": LegState.ENDED,
    "rejected": LegState.ENDED,
    "timeout": LegState.ENDED,
    "unanswered": LegState.ENDED,
    "completed": LegState.ENDED,
}
REJECTED_SIP, BUSY_SIP, UNANSWERED_SIP = {603, 403}, {486, 600}, {408, 480, 487}


def advances(old: LegState, new: LegState) -> bool:
    """A leg only moves forward, so late and repeated news changes nothing."""
    return LEG_ORDER.index(new) > LEG_ORDER.index(old)


def ending(status: str, sip_code: int | None) -> str:
    """How an unanswered leg ended, also when only its `completed` has come so far."""
    if status != "completed":
        return status
    if sip_code in REJECTED_SIP:
        return "rejected"
    if sip_code in BUSY_SIP:
        return "busy"
    return "unanswered" if sip_code in UNANSWERED_SIP or sip_code is None else "failed"


def offer_outcome(
    ended: str, *, invite_seen: bool, console_gone: bool = False
) -> tuple[OfferState, FailCause | None]:
    """What became of an offer whose leg ended unanswered, by how it ended.

    `missed` puts an agent aside, so it needs proof that the phone truly rang, to the end.
    """
    if ended == "rejected":
        return (OfferState.DECLINED, None) if invite_seen else (OfferState.FAILED, FailCause.DEVICE)
    if ended in {"timeout", "unanswered", "cancelled"}:
        if invite_seen and not console_gone:
            return OfferState.MISSED, None
        return OfferState.FAILED, FailCause.UNREACHABLE
    if ended == "busy":
        return OfferState.FAILED, FailCause.DEVICE
    return OfferState.FAILED, FailCause.PLATFORM
