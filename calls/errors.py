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


class UnknownCommand(Refused):
    code = "invalid"
    status = 400


class TooMany(Refused):
    code = "rate_limited"
    status = 429


class NotOffered(Exception):
    """An offer could not be made: the call, the agent or the set-up token was gone."""
