"""Who is rung: a user's browsers before a robot of that name."""

from __future__ import annotations

from sandbox.account.store import Account, User
from sandbox.endpoints.far_end import Directory, FarEnd, Verdict
from sandbox.legs.leg import Leg
from sandbox.sdk.calls import BrowserCalls


class Browsers:
    """All the browsers of one user, as one far end."""

    reachable = True

    def __init__(self, calls: BrowserCalls, user: User) -> None:
        self.calls = calls
        self.user = user

    async def ring(self, leg: Leg) -> Verdict:
        return await self.calls.ring(leg, self.user)

    def connected(self, leg: Leg) -> None:
        """Its voice is there already."""


class BrowsersFirst:
    """A directory that asks another where no browser is."""

    def __init__(self, account: Account, calls: BrowserCalls, others: Directory) -> None:
        self.account = account
        self.calls = calls
        self.others = others

    def far_end(self, leg: Leg) -> FarEnd:
        user = self.account.user(leg.application_id, leg.user) if leg.user else None
        if user is not None and self.calls.sessions.of(user):
            return Browsers(self.calls, user)
        return self.others.far_end(leg)
