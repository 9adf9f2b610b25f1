"""The router's life: threads that wake on change, with a poll as the safety net."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import close_old_connections, connections
from django.utils import timezone

from calls import broadcast
from calls.router import rounds, sender
from calls.router.senders import Sender, senders
from calls.router.watch import Watch
from calls.services import budget, sending
from contactcenter.vonage.client import Vonage
from contactcenter.vonage.tokens import Key, load_key

logger = logging.getLogger(__name__)
POLL = 0.2  # seconds; deadlines are columns, so this is how late one may be noticed
REST = 1.0  # seconds that a sender sleeps unless it is woken
HEAL_EVERY = timedelta(seconds=2)


def vonage() -> Vonage:
    """The client for the account in the settings."""
    return Vonage(
        api_url=settings.VONAGE_API_URL,
        rest_url=settings.VONAGE_REST_URL,
        key=Key(settings.VONAGE_APPLICATION_ID, load_key(settings.VONAGE_PRIVATE_KEY)),
        api_key=settings.VONAGE_API_KEY,
        api_secret=settings.VONAGE_API_SECRET,
    )


def shifts(senders: int) -> list[bool]:
    """For each thread that sends, whether it also fetches the sound of messages.

    That may last a minute, so half of them never do, and there are two at least.
    """
    return [number % 2 == 1 for number in range(max(2, senders))]


class Router:
    """Threads around `rounds` and `sender`: one that decides, some that send."""

    def __init__(self, *, clock: Callable[[], datetime] = timezone.now) -> None:
        self._clock = clock
        self._stop = threading.Event()
        self._decide = threading.Event()
        self._senders = senders(shifts(settings.ROUTER_SENDERS))
        self._threads: list[threading.Thread] = []
        self._healed_at = self._started_at = clock()
        self._watch = Watch()

    def start(self) -> None:
        budget.prepare(now=self._clock())
        self._unlisten = broadcast.listen(self._wake)
        self._begin(self._deciding, "router")
        for number, one in enumerate(self._senders):
            self._begin(partial(self._sending, one), f"sender-{number}")

    def stop(self) -> None:
        """End all threads; what they had begun is settled first."""
        self._stop.set()
        self._unlisten()
        self._decide.set()
        self._senders.wake_all()
        for thread in self._threads:
            thread.join()

    def _begin(self, run: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _wake(self, hint: broadcast.Hint) -> None:
        self._decide.set()
        self._senders.wake_one()

    def _deciding(self) -> None:
        while not self._stop.is_set():
            self._decide.clear()
            self._guarded(self.round)
            self._decide.wait(POLL)
        connections.close_all()

    def round(self) -> None:
        """Whatever there is to decide now."""
        now = self._clock()
        self._watch.begin(now)
        rounds.expire(now=now, spares_consoles=not self._watch.is_long(now))
        self._watch.end(now)
        rounds.pair(now=now)
        if sending.is_due(now=now):
            self._senders.wake_one()
        if now - self._healed_at > HEAL_EVERY:
            self._healed_at = now
            rounds.heal(now=now, started_at=self._started_at)

    def _sending(self, one: Sender) -> None:
        send = partial(
            sender.send_next,
            vonage(),
            clock=self._clock,
            fetches=one.fetches,
            found=partial(self._senders.found, one),
        )
        while not self._stop.is_set():
            one.begin()
            while self._guarded(send):
                one.begin()
            one.woken.wait(REST)
        connections.close_all()

    def _guarded(self, work: Callable[[], object]) -> object:
        """Do a piece of work; a fault in it is logged and does not end the router."""
        try:
            return work()
        except Exception:
            logger.exception("the router stumbled")
            close_old_connections()
            self._stop.wait(1.0)
            return None
