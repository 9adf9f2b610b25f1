import asyncio
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import ModuleType

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connections
from django.test.client import ClientHandler
from rest_framework.test import APIClient

from tests.world import World

# channels.testing imports daphne for a live server, which no test of ours starts.
daphne = ModuleType("daphne.testing")
daphne.DaphneProcess = None  # type: ignore[attr-defined]
sys.modules.setdefault("daphne.testing", daphne)

from calls.consumers import threads  # noqa: E402
from calls.tests.doors import Doors  # noqa: E402
from calls.tests.sockets import Socket, cookie_of, run  # noqa: E402

CSRF = "c" * 32
THREAD = ThreadPoolExecutor(1)
PERSONAL = (World.CALLER, World.MENU, "447700900123", "900001", "900123")


@pytest.fixture(scope="session")
def handler():
    """One for all tests: loading the middleware looks at every static file."""
    return ClientHandler(enforce_csrf_checks=False)


@pytest.fixture(scope="session")
def handler_with_csrf():
    return ClientHandler(enforce_csrf_checks=True)


@pytest.fixture
def doors(world, caplog, handler):
    """The webhook doors. Whatever comes in, nothing secret or personal is logged."""
    caplog.set_level(logging.DEBUG)
    world.client.handler = handler

    yield Doors(world)

    secrets = (*settings.VONAGE_SIGNATURE_SECRETS, settings.VONAGE_API_SECRET, "eyJ", "Bearer")
    written = "\n".join(logging.Formatter().format(one) for one in caplog.get_records("call"))
    assert [word for word in (*PERSONAL, *secrets) if word in written] == []


@pytest.fixture
def browser(handler_with_csrf):
    """A browser with this user's session, whose writes bear the CSRF token unless told not to."""

    def open_browser(user, csrf=CSRF):
        client = APIClient(enforce_csrf_checks=True)
        client.handler = handler_with_csrf
        if not isinstance(user, AnonymousUser):
            client.force_login(user)
        client.cookies["csrftoken"] = CSRF
        client.credentials(HTTP_X_CSRFTOKEN=csrf)
        return client

    return open_browser


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    """SQLite in memory lets nobody read a table while another thread writes it."""
    for name in ("COMMANDS", "BEATS", "LOOKS", "FLOOR"):
        monkeypatch.setattr(threads, name, THREAD)


@pytest.fixture
async def consoles():
    """Opens the console of a user, as (socket, snapshot), and closes all at the end."""
    opened = []

    async def open_console(user, **more):
        socket = Socket(await run(cookie_of, user), **more)
        opened.append(socket)
        accepted, _ = await socket.connect()
        assert accepted
        return socket, await socket.frame()

    yield open_console
    for socket in opened:
        with suppress(asyncio.CancelledError):  # one that the test has closed itself
            await socket.disconnect()
    await run(connections.close_all)


@pytest.fixture
def janes(browser, jane):
    return browser(jane.user)
