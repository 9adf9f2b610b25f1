"""Hints: passed on after commit, within the process and, by Redis, between processes."""

import json
import queue
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from calls import broadcast
from calls.broadcast import Hint
from tools.people import wait_until

pytestmark = pytest.mark.db


@pytest.fixture
def heard():
    """What a listener of this process hears."""
    hints: queue.Queue[Hint] = queue.Queue()
    unlisten = broadcast.listen(hints.put)
    yield hints
    unlisten()


@pytest.mark.django_db(transaction=True)
def test_a_hint_is_passed_on_once_the_change_is_true(heard):
    with transaction.atomic():
        broadcast.announce(agents=[1, None], queues=[2])
        assert heard.empty()

    assert heard.get(timeout=5) == Hint(frozenset({1}), frozenset({2}))


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_never_told(heard):
    with transaction.atomic():
        broadcast.announce(agents=[1])
        transaction.set_rollback(True)

    assert heard.empty()


def _subscribers(connection: Any) -> int:
    return int(connection.pubsub_numsub(broadcast.CHANNEL)[0][1])


@pytest.mark.skipif(not settings.REDIS_URL, reason="REDIS_URL is not set")
def test_hints_of_other_processes_are_heard_and_our_own_are_not_heard_twice(heard):
    connection = broadcast._redis()
    end = broadcast.hear_others()
    try:
        wait_until(lambda: _subscribers(connection), "our process listens")
        ours = {"from": broadcast._process, "agents": [7], "queues": []}
        theirs = {"from": "another", "agents": [8], "queues": [9]}
        for message in (ours, theirs):
            connection.publish(broadcast.CHANNEL, json.dumps(message))

        assert heard.get(timeout=5) == Hint(frozenset({8}), frozenset({9}))
        assert heard.empty()
    finally:
        end()
