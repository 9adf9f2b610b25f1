"""How the socket of a console ends on bad days, and what slow or failing work does to it."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from channels.routing import get_default_application
from django.db import OperationalError
from django.utils import timezone
from uvicorn.protocols.utils import ClientDisconnected

from agents.models import Agent
from calls.consumers import commands, threads
from calls.consumers.hub import hub
from calls.tests.sockets import ORIGIN, cookie_of, refused, run

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]

CLAIM = {"id": "c1", "command": "claim", "tab": "a tab of Jane's, 1"}


@pytest.fixture
def does(monkeypatch):
    """What `extend_wrap_up` does instead."""

    def replace_service(service):
        command = replace(commands.COMMANDS["extend_wrap_up"], service=service)
        monkeypatch.setitem(commands.COMMANDS, "extend_wrap_up", command)

    return replace_service


class Line:
    """A socket as the server hands it over: once it is cut, whatever is sent fails."""

    def __init__(self, cookie):
        self.scope = {
            "type": "websocket",
            "path": "/ws/console/",
            "query_string": b"",
            "subprotocols": [],
            "headers": [(b"cookie", cookie.encode()), (b"origin", ORIGIN)],
        }
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.is_cut = False
        self.say(type="websocket.connect")

    def say(self, **message):
        self.said.put_nowait(message)

    def command(self, **content):
        self.say(type="websocket.receive", text=json.dumps(content))

    async def send(self, message):
        if self.is_cut:
            raise ClientDisconnected
        self.heard.put_nowait(message)

    async def results(self, count=1):
        while count:
            count -= '"result"' in (await self.heard.get()).get("text", "")

    def runs(self):
        return asyncio.create_task(get_default_application()(self.scope, self.said.get, self.send))


async def lease(agent):
    """Seconds that are left of the phone's lease."""
    found = await run(Agent.objects.get, id=agent.id)
    return (found.phone_until - timezone.now()).total_seconds()


@pytest.mark.parametrize(
    ("code", "least", "most"), [(1005, 0, 5), (1012, 5, 15)], ids=["closed", "the server restarts"]
)
async def test_a_socket_that_ends_while_an_answer_is_on_its_way(world, jane, code, least, most):
    line = Line(await run(cookie_of, jane.user))
    socket = line.runs()
    line.command(**CLAIM)
    await line.results()
    line.is_cut = True
    line.command(id="c2", command="beat")
    line.say(type="websocket.disconnect", code=code)

    await socket

    assert least < await lease(jane) <= most
    assert len(hub._consoles) == 0


async def test_a_fault_ends_the_socket_as_if_it_were_closed(world, jane, does):
    def fault(**arguments):
        raise ZeroDivisionError

    does(fault)
    line = Line(await run(cookie_of, jane.user))
    socket = line.runs()
    line.command(**CLAIM)
    line.command(id="c2", command="extend_wrap_up")

    with pytest.raises(ZeroDivisionError):
        await socket

    assert 0 < await lease(jane) <= 5
    assert len(hub._consoles) == 0


async def test_a_busy_database_is_said_and_the_socket_stays(world, consoles, jane, does):
    def is_locked(**arguments):
        raise OperationalError("database is locked")

    does(is_locked)
    socket, _ = await consoles(jane.user)

    result, _ = await socket.ask(command="extend_wrap_up")

    assert refused(result, "rate_limited")
    assert "try again" in result["error"]["message"]
    assert (await socket.ask(command="beat"))[0]["ok"] is True


async def test_a_slow_command_keeps_no_beat_and_no_news_waiting(
    world, consoles, jane, joe, monkeypatch, does
):
    go_on = threading.Event()
    does(lambda **arguments: go_on.wait(30))
    janes, _ = await consoles(jane.user)
    joes, _ = await consoles(joe.user)
    with ThreadPoolExecutor(1) as others, monkeypatch.context() as apart:
        apart.setattr(threads, "COMMANDS", others)
        await janes.tell(command="extend_wrap_up", id="slow")

        beat, _ = await joes.ask(command="beat")
        again, frames = await joes.ask(command="snapshot")
        go_on.set()

        assert (beat["ok"], again["ok"], frames[0]["type"]) == (True, True, "snapshot")
        assert (await janes.frame())["id"] == "slow"
