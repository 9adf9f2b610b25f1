"""The threads in which Django answers requests, kept for the next ones."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

from asgiref.sync import ThreadSensitiveContext
from django.db import connections

from contactcenter.limits import Application, Receive, Scope, Send

KEPT = 8  # threads that wait for a request; beyond, each request has one of its own for its time


class KeepThreads:
    """One thread for each request, which it shares with no other at the same time.

    Django's own begins a thread for each, and with it a connection to the database: SQLite then
    reads its whole schema anew. For a webhook that is as much work as the webhook itself.
    """

    def __init__(self, application: Application, *, kept: int = KEPT) -> None:
        self._application, self._kept = application, kept
        self._free: list[ThreadPoolExecutor] = []
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        thread = self._free.pop() if self._free else self._begun()
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self._application(scope, receive, send)
        finally:
            if len(self._free) < self._kept:
                self._free.append(thread)
            else:
                thread.submit(connections.close_all)
                thread.shutdown(wait=False)

    def _begun(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, f"request-{next(self._numbers)}")
