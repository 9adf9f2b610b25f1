"""Our own names for calls, legs and messages.

Nobody can guess them, and the same fact gets the same name. They stand in webhook addresses, so
they are derived from the secret key; and because they are derived, webhooks recorded once can be
played again against a fresh database.
"""

from django.utils.crypto import salted_hmac


def call_key(uuid: str) -> str:
    """The key of the call that the customer leg `uuid` began."""
    return salted_hmac("calls.call", uuid, algorithm="sha256").hexdigest()[:20]


def leg_key(call: str, position: int) -> str:
    """The key of the nth leg that we plan for the call with this key."""
    return salted_hmac("calls.leg", f"{call}.{position}", algorithm="sha256").hexdigest()[:32]


def voicemail_key(call: str, position: int) -> str:
    """The key of the nth message that is recorded in the call with this key."""
    return salted_hmac("calls.voicemail", f"{call}.{position}", algorithm="sha256").hexdigest()[:32]
