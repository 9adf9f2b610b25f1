"""Telling the rest of the system that something has changed, once it is true.

A hint names agents and queues whose picture may be different; whoever listens reads the tables, and
knows that an agent is seen in all the queues they serve.
Hints are only hints: losing one costs a moment until the next look. Within a process they are
passed on directly; between processes by Redis, where REDIS_URL names one.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

import redis
from django.conf import settings
from django.db import transaction

logger = logging.getLogger(__name__)
CHANNEL = "contactcenter.hints"
LEFT_ALONE = 5.0  # seconds that a Redis which did not answer is not asked again


@dataclass(frozen=True, slots=True)
class Hint:
    agents: frozenset[int] = frozenset()
    queues: frozenset[int] = frozenset()

    def __or__(self, other: "Hint") -> "Hint":
        return Hint(self.agents | other.agents, self.queues | other.queues)


Listener = Callable[[Hint], object]
_listeners: set[Listener] = set()
_process = uuid4().hex  # so that a process ignores its own words coming back from Redis


def announce(*, agents: Iterable[int | None] = (), queues: Iterable[int | None] = ()) -> None:
    """Hint, after commit, that these have changed. Any hint also wakes the router."""
    hint = Hint(
        frozenset(one for one in agents if one is not None),
        frozenset(one for one in queues if one is not None),
    )
    # No partial: Django names the function when it fails, and a partial has no name.
    transaction.on_commit(lambda: _publish(hint), robust=True)


def listen(listener: Listener) -> Callable[[], None]:
    """Call `listener` (from any thread) with every hint; the result ends it."""
    _listeners.add(listener)
    return partial(_listeners.discard, listener)


def _publish(hint: Hint) -> None:
    _deliver(hint)
    if settings.REDIS_URL and time.monotonic() >= _silent_until[0]:
        message = {"from": _process, "agents": [*hint.agents], "queues": [*hint.queues]}
        try:
            _redis().publish(CHANNEL, json.dumps(message))
        except redis.RedisError as error:
            # Callers wait for the request that brought the change; they must not wait for Redis.
            _silent_until[0] = time.monotonic() + LEFT_ALONE
            logger.warning("hints are not passed on: %s", type(error).__name__)


def _deliver(hint: Hint) -> None:
    for listener in tuple(_listeners):
        listener(hint)


_connection: list[redis.Redis] = []
_silent_until = [0.0]


def _redis() -> redis.Redis:
    """The connection that hints are passed on with; it never waits for long."""
    if not _connection:
        _connection.append(_connect(timeout=0.2))
    return _connection[0]


def _connect(*, timeout: float) -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=timeout, socket_connect_timeout=timeout
    )


def hear_others() -> Callable[[], None]:
    """Pass on the hints of other processes, where Redis carries them; the result ends it."""
    stop = threading.Event()
    thread = threading.Thread(target=_hear_until, args=[stop], name="hints", daemon=True)
    if settings.REDIS_URL:
        thread.start()

    def end() -> None:
        stop.set()
        if thread.is_alive():
            thread.join()

    return end


def _hear_until(stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            with _connect(timeout=2).pubsub(ignore_subscribe_messages=True) as subscription:  # type: ignore[no-untyped-call]
                subscription.subscribe(CHANNEL)
                while not stop.is_set():
                    message = subscription.get_message(timeout=1.0)
                    if message:
                        _hear(message["data"])
        except redis.RedisError as error:
            logger.warning("hints of other processes are not heard: %s", type(error).__name__)
            stop.wait(1.0)


def _hear(data: bytes) -> None:
    message = json.loads(data)
    if message["from"] != _process:
        _deliver(Hint(frozenset(message["agents"]), frozenset(message["queues"])))
