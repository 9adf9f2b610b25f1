"""Requests keep their threads, and none shares one with another that goes on."""

import asyncio
import threading

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from contactcenter.threads import KeepThreads


async def nothing(*_):
    """There is nothing to receive, and nobody to send to."""


def application(threads, *, meets=None, fails=False):
    async def run(scope, receive, send):
        thread = await sync_to_async(threading.current_thread)()
        threads.append(thread)
        if meets and len(threads) <= meets.parties:
            await meets.wait()
        assert await sync_to_async(threading.current_thread)() is thread
        if fails:
            raise ValueError("as it happens")

    return run


def request(door):
    return door({"type": "http"}, nothing, nothing)


def test_a_request_is_answered_in_the_thread_of_the_one_before():
    async def requests():
        door = KeepThreads(application(threads))
        for _ in range(3):
            await request(door)

    threads: list[threading.Thread] = []
    asyncio.run(requests())

    assert len(threads) == 3
    assert len(set(threads)) == 1


def test_requests_at_the_same_time_have_threads_of_their_own():
    async def requests():
        door = KeepThreads(application(threads, meets=asyncio.Barrier(2)))
        await asyncio.gather(request(door), request(door))

    threads: list[threading.Thread] = []
    asyncio.run(requests())

    assert len(set(threads)) == 2


def test_a_request_that_fails_leaves_its_thread_to_the_next():
    async def requests():
        door = KeepThreads(application(threads, fails=True))
        for _ in range(2):
            with pytest.raises(ValueError, match="as it happens"):
                await request(door)

    threads: list[threading.Thread] = []
    asyncio.run(requests())

    assert len(threads) == 2
    assert len(set(threads)) == 1


def test_of_a_rush_only_so_many_threads_are_kept(monkeypatch):
    closed = []
    monkeypatch.setattr(connections, "close_all", lambda: closed.append(threading.current_thread()))

    async def requests():
        door = KeepThreads(application(threads, meets=asyncio.Barrier(3)), kept=1)
        await asyncio.gather(*(request(door) for _ in range(3)))
        await request(door)

    threads: list[threading.Thread] = []
    asyncio.run(requests())

    *rush, kept = threads
    others = set(rush) - {kept}
    assert len(others) == 2
    for thread in others:
        thread.join(10)
        assert not thread.is_alive()
    assert kept in rush
    assert set(closed) == others
