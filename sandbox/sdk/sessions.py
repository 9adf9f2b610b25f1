"""Sessions: the browsers a user is logged in with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import uuid4

from sandbox.account.store import Account, User
from sandbox.auth import Caller, Expired
from sandbox.clock import Clock
from sandbox.problems import unauthorized
from sandbox.tasks import Tasks

KEPT = 60.0  # seconds for which a session without a socket can be resumed
MOST = 20
EXPIRED = "system:error:expired-token"

Event = dict[str, Any]
"""What a browser is sent; `type` is its name."""


class TooManySessions(Exception):
    """The user has as many as one may."""


class Line(Protocol):
    """A browser's socket."""

    def send(self, event: Event) -> None: ...

    def close(self) -> None:
        """End it with a word, after what was sent."""
        ...

    def drop(self) -> None:
        """End it as a network does."""
        ...


@dataclass(eq=False)
class Session:
    """One browser of a user. What it could not be sent waits in `missed` until it is back.

    `losses` counts how often its socket was lost.
    """

    user: User
    caller: Caller
    id: str = field(default_factory=lambda: f"SES-{uuid4()}")
    line: Line | None = None
    missed: list[Event] = field(default_factory=list)
    losses: int = 0
    expiry: asyncio.Task[None] | None = None

    def send(self, event: Event) -> None:
        if self.line is None:
            self.missed.append(event)
        else:
            self.line.send(event)

    def owe(self, event: Event) -> None:
        """The next greeting brings it, once."""
        if event not in self.missed:
            self.missed.append(event)

    def greeting(self) -> Event:
        """What tells the browser that it is logged in, with what it missed."""
        missed, self.missed = self.missed, []
        body = {
            "id": self.id,
            "user_id": self.user.id,
            "name": self.user.name,
            "api_key": "sandbox",
            "pending_events": missed,
        }
        return {"type": "session:success", "body": body}


class Sessions:
    """All sessions.

    `when_lost` is told of those that have no socket any more, `when_new` of those in a page that
    knows nothing yet, before they are greeted.
    """

    def __init__(self, account: Account, clock: Clock) -> None:
        self.account = account
        self.clock = clock
        self.by_id: dict[str, Session] = {}
        self.when_lost: list[Callable[[Session], None]] = []
        self.when_new: list[Callable[[Session], None]] = []
        self.tasks = Tasks("the sessions")
        self._spent: set[str] = set()

    def user_of(self, caller: Caller) -> User:
        """The user a token speaks for; raises 401, `Expired` if it was made to expire."""
        if caller.claims["jti"] in self._spent:
            raise Expired
        user = self.account.user(caller.application.id, caller.user)
        if user is None:
            raise unauthorized()
        return user

    def of(self, user: User) -> list[Session]:
        return [session for session in self.by_id.values() if session.user.id == user.id]

    def named(self, name: str) -> list[Session]:
        """The sessions of users of that name, in whatever application; not of deleted ones."""
        users = [user for user in self.account.users.values() if user.name == name]
        return [session for user in users for session in self.of(user)]

    def open(self, caller: Caller, session_id: str, line: Line, *, new_page: bool) -> Session:
        """Resume the session of that id, or begin one; raises 401 or TooManySessions.

        A session has one socket: the one it had is closed. `new_page` is whether the page may be
        one that does not know of the user's calls; the page of a session that begins is.
        """
        user = self.user_of(caller)
        session = self.by_id.get(session_id)
        if session is None or session.user.id != user.id:
            if len(self.of(user)) >= MOST:
                raise TooManySessions
            session = Session(user, caller)
            self.by_id[session.id] = session
            new_page = True
        if session.line is not None:
            session.line.close()
        session.line = line
        self.renew(session, caller)
        if new_page:
            self._tell(self.when_new, session)
        line.send(session.greeting())
        return session

    def renew(self, session: Session, caller: Caller) -> None:
        """From now on another token is the session's."""
        session.caller = caller
        if session.expiry is not None:
            session.expiry.cancel()
        session.expiry = self.tasks.spawn(self._expire_in_time(session))

    def expire(self, session: Session) -> None:
        """The session's token is good for nothing any more."""
        self._spent.add(session.caller.claims["jti"])
        if session.line is not None:
            session.line.send({"type": EXPIRED, "body": {}})
            session.line.close()

    def lost(self, session: Session, line: Line) -> None:
        """A socket is gone, perhaps one the session has replaced already."""
        if session.line is not line:
            return
        session.line = None
        session.losses += 1
        self.tasks.spawn(self._forget_later(session, session.losses))
        self._tell(self.when_lost, session)

    def end(self, session: Session, line: Line) -> None:
        """The browser has logged out, unless the session has another socket by now."""
        if session.line is not line:
            return
        session.line = None
        session.losses += 1
        self._forget(session)
        self._tell(self.when_lost, session)

    def _tell(self, listeners: list[Callable[[Session], None]], session: Session) -> None:
        for told in listeners:
            told(session)

    def _forget(self, session: Session) -> None:
        self.by_id.pop(session.id, None)
        if session.expiry is not None:
            session.expiry.cancel()

    async def _forget_later(self, session: Session, losses: int) -> None:
        await self.clock.sleep(KEPT)
        if session.line is None and session.losses == losses:
            self._forget(session)

    async def _expire_in_time(self, session: Session) -> None:
        await self.clock.sleep(session.caller.expires - self.clock.now().timestamp())
        self.expire(session)
