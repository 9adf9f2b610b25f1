"""Whether the router has looked on for long enough to call a silent console gone."""

from datetime import datetime, timedelta

from agents.phones import LEASE

BREAK = timedelta(seconds=5)  # between two rounds: the database, or this process, stood still


class Watch:
    """The time for which the router has looked on without a break.

    In a break no heartbeat may have been written down, so after one, and at the start, every
    console has a whole lease to be heard again.
    """

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._looked_at: datetime | None = None

    def begin(self, now: datetime) -> None:
        """A round begins."""
        if self._looked_at is None or now - self._looked_at > BREAK:
            self._since = now

    def end(self, now: datetime) -> None:
        """The round that began at `now` has come to its end, so it saw the tables."""
        self._looked_at = now

    def is_long(self, now: datetime) -> bool:
        """Whether a console that is silent now could have been heard."""
        return self._since is not None and now - self._since >= LEASE
