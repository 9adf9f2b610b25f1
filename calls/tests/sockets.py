"""A console's end of its websocket."""

import json
from functools import partial

from channels.routing import get_default_application
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from agents.models import AgentState
from calls.consumers import threads

ORIGIN = b"http://testserver"
PATIENCE = 10  # seconds; Channels itself waits for one, which a busy machine may need


class Patient(WebsocketCommunicator):
    """A socket that waits for what comes, however busy the machine is."""

    async def receive_output(self, *_, **__):
        return await super().receive_output(PATIENCE)


class Socket(Patient):
    """A console's socket. It keeps the version of its last frame and insists on the next."""

    def __init__(self, cookie, origin=ORIGIN):
        headers = [(b"cookie", cookie.encode())] if cookie else []
        if origin is not None:
            headers.append((b"origin", origin))
        super().__init__(get_default_application(), "/ws/console/", headers)
        self.version = 0

    async def frame(self):
        """The next frame; but for results, versions follow each other."""
        found = json.loads(await self.receive_from())
        if found["type"] == "result":
            assert "version" not in found
            return found
        self.version += 1
        assert found["version"] == self.version
        return found

    async def tell(self, **content):
        await self.send_to(json.dumps(content))

    async def ask(self, **content):
        """Send a command, and read until its result. Returns it and the frames before it."""
        await self.tell(id="c1", **content)
        frames = [await self.frame()]
        while frames[-1]["type"] != "result":
            frames.append(await self.frame())
        assert frames[-1]["id"] == "c1"
        return frames[-1], frames[:-1]


async def run(function, *args, **kwargs):
    """In the thread in which the sockets use the database."""
    return await threads.run_in(threads.COMMANDS, partial(function, *args, **kwargs))


def cookie_of(user):
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def state_of(agent):
    return AgentState.objects.get(agent=agent, ended_at=None).state


def refused(result, code):
    assert result.keys() == {"type", "id", "ok", "error"}
    assert (result["type"], result["ok"]) == ("result", False)
    assert result["error"].keys() == {"code", "message", "fields"}
    return result["error"]["code"] == code


async def ringing(world, jane):
    """Jane is rung for a caller in Sales."""

    def ring():
        world.available(jane)
        world.waits()
        world.route()
        return world.offer()

    return await run(ring)
