"""What keeps one bad console from harming the others, and a former log-in from seeing anything."""

import itertools

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client

from agents.models import Agent
from calls.consumers.hub import hub
from calls.management.commands import serve
from calls.tests.sockets import Socket, refused, run

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]


def stop_the_clock(monkeypatch, seconds=(0.0,)):
    monkeypatch.setattr("calls.consumers.console.monotonic", itertools.cycle(seconds).__next__)


async def test_what_is_more_than_twenty_commands_a_second_is_refused(
    world, consoles, jane, monkeypatch
):
    socket, _ = await consoles(jane.user)
    stop_the_clock(monkeypatch)

    answers = [(await socket.ask(command="nothing"))[0] for _ in range(22)]

    assert [refused(answer, "rate_limited") for answer in answers] == [False] * 20 + [True] * 2
    stop_the_clock(monkeypatch, [1.0])
    assert (await socket.ask(command="beat"))[0]["ok"] is True


async def test_what_was_refused_does_not_count(world, consoles, jane, monkeypatch):
    socket, _ = await consoles(jane.user)
    stop_the_clock(monkeypatch)
    for _ in range(100):
        answer, _ = await socket.ask(command="state", state="on_break")
    assert refused(answer, "rate_limited")

    stop_the_clock(monkeypatch, [1.0])

    assert (await socket.ask(command="snapshot"))[0]["ok"] is True


async def closed(socket):
    while (event := await socket.receive_output())["type"] != "websocket.close":
        pass
    return event["code"]


def log_out(user):
    client = Client()
    client.force_login(user)
    Session.objects.all().delete()


def change_password(user):
    user.set_password("another long password")
    user.save()


def switch_off(user):
    user.is_active = False
    user.save()


@pytest.mark.parametrize("ends", [log_out, change_password, switch_off])
async def test_a_log_in_that_is_over_closes_its_sockets_at_the_next_beat(
    world, consoles, jane, ends
):
    socket, _ = await consoles(jane.user)
    await run(Agent.objects.update, console_until=None)
    await run(ends, jane.user)

    await socket.tell(command="beat", id="c1")

    assert await closed(socket) == 4401
    assert (await run(Agent.objects.get, id=jane.id)).console_until is None


@pytest.mark.parametrize(
    "says",
    [
        {"command": "claim", "tab": "x" * 16},
        {"command": "state", "state": "available"},
        {"command": "snapshot"},
    ],
    ids=["claim", "state", "snapshot"],
)
async def test_a_log_in_that_is_over_cannot_do_anything(world, consoles, jane, says):
    socket, _ = await consoles(jane.user)
    await run(log_out, jane.user)

    await socket.tell(id="c1", **says)

    assert await closed(socket) == 4401
    agent = await run(Agent.objects.get, id=jane.id)
    assert (agent.choice, agent.phone_epoch) == ("offline", 0)


async def test_a_log_in_that_is_over_is_noticed_without_a_word(world, consoles, jane, monkeypatch):
    monkeypatch.setattr("calls.consumers.hub.LOOK_EVERY", 0.05)
    socket, _ = await consoles(jane.user)
    await run(log_out, jane.user)

    assert await closed(socket) == 4401
    assert len(hub._consoles) == 0


async def test_nothing_more_is_heard_or_told_when_a_log_in_is_over(world, consoles, jane):
    socket, _ = await consoles(jane.user)
    await run(log_out, jane.user)
    await socket.tell(command="beat")
    await closed(socket)

    await socket.tell(command="state", state="on_break", id="c1")
    await run(world.available, jane)

    assert await socket.receive_nothing()


async def test_an_agents_sixth_window_closes_the_first(world, consoles, jane, joe):
    joes, _ = await consoles(joe.user)
    opened = [(await consoles(jane.user))[0] for _ in range(6)]

    assert await closed(opened[0]) == 4429
    for socket in (joes, *opened[1:]):
        assert (await socket.ask(command="beat"))[0]["ok"] is True
    assert len(hub._consoles) == 6


async def test_a_sixth_window_leaves_the_one_with_the_phone_open(world, consoles, jane):
    phone, _ = await consoles(jane.user)
    await phone.ask(command="claim", tab="x" * 16)
    opened = [(await consoles(jane.user))[0] for _ in range(5)]

    assert await closed(opened[0]) == 4429
    for socket in (phone, *opened[1:]):
        assert (await socket.ask(command="beat"))[0]["ok"] is True


async def test_an_expired_log_in_opens_nothing(world, jane):
    socket = Socket(f"{settings.SESSION_COOKIE_NAME}=expired")

    await socket.connect()

    assert await closed(socket) == 4401
    assert len(hub._consoles) == 0
    await run(connections.close_all)


@pytest.fixture
def served(monkeypatch):
    """What the server is told when it is started."""
    found = {}
    monkeypatch.setattr(serve, "check_account", lambda: None)
    monkeypatch.setattr("uvicorn.run", lambda application, **more: found.update(more))
    serve.Command().handle(host="127.0.0.1", port=0)
    return found


def test_the_server_reads_no_frame_beyond_sixty_four_kilobytes(served):
    assert served["ws_max_size"] == 64 * 1024


def test_a_connection_that_a_proxy_keeps_for_a_minute_is_not_closed_before(served):
    assert served["timeout_keep_alive"] > 60
