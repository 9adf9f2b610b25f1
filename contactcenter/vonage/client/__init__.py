"""Vonage over HTTP: calls, files, users, applications, numbers. The only code that talks to it."""

from contactcenter.vonage.client.account import Account
from contactcenter.vonage.client.files import Files
from contactcenter.vonage.client.users import Users
from contactcenter.vonage.client.voice import CreatedCall, Voice

__all__ = ["CreatedCall", "Vonage"]


class Vonage(Voice, Files, Users, Account):
    """Everything we ask of Vonage. Every method may raise any VonageError of `errors`.

    May be shared by threads.
    """
