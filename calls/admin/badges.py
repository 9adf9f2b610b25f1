"""States and outcomes of calls, as they look everywhere in the admin."""

from django.utils.safestring import SafeString

from agents.admin.display import badge
from calls.models import Call, Callback, Instruction, Leg, Offer, Voicemail
from calls.states import CallOutcome, CallState, LegState, OfferState

CALL_STATES = {
    CallState.IN_FLOW: ("flow", ""),
    CallState.QUEUED: ("queue", "warn"),
    CallState.OFFERED: ("bell", "info"),
    CallState.CONNECTED: ("phone", "accent"),
    CallState.HELD: ("pause", "note"),
    CallState.DIALING: ("phone-out", "info"),
    CallState.AWAITING_CALLBACK: ("callback", "warn"),
    CallState.VOICEMAIL: ("voicemail", "note"),
    CallState.ENDED: ("check", ""),
}
OUTCOMES = {
    CallOutcome.ANSWERED: ("check-circle", "ok"),
    CallOutcome.ABANDONED: ("alert", "warn"),
    CallOutcome.OVERFLOWED: ("alert", "warn"),
    CallOutcome.CALLBACK: ("callback", "warn"),
    CallOutcome.VOICEMAIL: ("voicemail", ""),
    CallOutcome.NOT_REACHED: ("alert", "warn"),
    CallOutcome.FAILED: ("x-circle", "danger"),
}
LEG_STATES = {
    LegState.RINGING: ("bell", "info"),
    LegState.ANSWERED: ("phone", "accent"),
    LegState.ENDED: ("check", ""),
}
OFFER_STATES = {
    OfferState.PENDING: ("bell", "info"),
    OfferState.ACCEPTED: ("check-circle", "ok"),
    OfferState.DECLINED: ("x-circle", "warn"),
    OfferState.MISSED: ("phone-missed", "danger"),
    OfferState.FAILED: ("alert", "danger"),
}
INSTRUCTION_STATES = {
    Instruction.State.WAITING: ("clock", "info"),
    Instruction.State.CLAIMED: ("clock", "info"),
    Instruction.State.DONE: ("check-circle", "ok"),
    Instruction.State.FAILED: ("x-circle", "danger"),
    Instruction.State.UNKNOWN: ("alert", "warn"),
}
CALLBACK_STATES = {
    Callback.State.WAITING: ("clock", "warn"),
    Callback.State.CALLING: ("phone-out", "accent"),
    Callback.State.REACHED: ("check-circle", "ok"),
    Callback.State.EXPIRED: ("phone-missed", "danger"),
    Callback.State.CANCELLED: ("x-circle", ""),
}
VOICEMAIL_STATES = {
    Voicemail.State.RECORDING: ("record", "info"),
    Voicemail.State.NEW: ("voicemail", "warn"),
    Voicemail.State.CLAIMED: ("user", "info"),
    Voicemail.State.DONE: ("check-circle", "ok"),
}
PLAIN = ("info", "")


def call_state(call: Call) -> SafeString:
    return badge(call.get_state_display(), *CALL_STATES.get(CallState(call.state), PLAIN))


def outcome(call: Call) -> SafeString:
    """What became of the call; empty while it runs."""
    if not call.outcome:
        return SafeString("")
    return badge(call.get_outcome_display(), *OUTCOMES.get(CallOutcome(call.outcome), PLAIN))


def leg_state(leg: Leg) -> SafeString:
    return badge(leg.get_state_display(), *LEG_STATES.get(LegState(leg.state), PLAIN))


def offer_state(offer: Offer) -> SafeString:
    return badge(offer.get_state_display(), *OFFER_STATES.get(OfferState(offer.state), PLAIN))


def instruction_state(instruction: Instruction) -> SafeString:
    known = INSTRUCTION_STATES.get(Instruction.State(instruction.state), PLAIN)
    return badge(instruction.get_state_display(), *known)


def callback_state(callback: Callback) -> SafeString:
    known = CALLBACK_STATES.get(Callback.State(callback.state), PLAIN)
    return badge(callback.get_state_display(), *known)


def voicemail_state(voicemail: Voicemail) -> SafeString:
    known = VOICEMAIL_STATES.get(Voicemail.State(voicemail.state), PLAIN)
    return badge(voicemail.get_state_display(), *known)


def reply_status(status: int) -> SafeString:
    """What we answered a webhook: anything but 2xx is looked at twice."""
    return (
        badge(str(status), "check", "ok") if status < 300 else badge(str(status), "alert", "danger")
    )
