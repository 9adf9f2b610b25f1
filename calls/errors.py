from contactcenter.errors import Refused


class CallGone(Refused):
    code = "call_gone"
    status = 409


class OfferGone(Refused):
    code = "offer_gone"
    status = 409


class NoSuchCall(Refused):
    code = "not_found"
    status = 404


class NoSuchQueue(Refused):
    code = "not_found"
    status = 404


class NoSuchVoicemail(Refused):
    code = "not_found"
    status = 404


class VoicemailTaken(Refused):
    code = "voicemail_taken"
    status = 409


class CallbackGone(Refused):
    code = "callback_gone"
    status = 409


class NotAllowed(Refused):
    code = "not_allowed"
    status = 403


class RefusedNumber(Refused):
    """A dial rule says no; the message names it."""

    code = "refused_number"
    status = 403


class UnknownTarget(Refused):
    code = "invalid"
    status = 400


class UnknownCommand(Refused):
    code = "invalid"
    status = 400


class TooMany(Refused):
    code = "rate_limited"
    status = 429


class OutcomeRequired(Refused):
    code = "outcome_required"
    status = 409


class NoSuchCommand(Refused):
    code = "not_found"
    status = 404


class NoSuchWall(Refused):
    code = "not_found"
    status = 404


class NotOffered(Exception):
    """An offer could not be made: the call, the agent or the set-up token was gone."""
