"""The console's websocket: a picture, what changes in it, and the commands that come back."""

import asyncio
import json
from contextlib import suppress
from functools import partial

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import connections
from django.test import Client

from agents.models import Agent, AgentState, StateReason
from calls import broadcast
from calls.consumers.hub import hub
from calls.models import Call, Offer
from calls.services import offers, presence
from contactcenter.asgi import application

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]

ORIGIN = b"http://testserver"


class Socket(WebsocketCommunicator):
    """A console's socket. It keeps the version of its last frame and insists on the next."""

    def __init__(self, cookie, origin=ORIGIN):
        headers = [(b"cookie", cookie.encode())] if cookie else []
        if origin is not None:
            headers.append((b"origin", origin))
        super().__init__(application, "/ws/console/", headers)
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


@pytest.fixture
async def consoles():
    """Opens sockets as (name, snapshot), and closes them at the end."""
    opened = []

    async def open_console(user, **more):
        socket = Socket(await run(cookie_of, user), **more)
        opened.append(socket)
        accepted, _ = await socket.connect()
        assert accepted
        return socket, await socket.frame()

    yield open_console
    for socket in opened:
        with suppress(asyncio.CancelledError):
            await socket.disconnect()
    await run(connections.close_all)


async def run(function, *args, **kwargs):
    """In the thread in which the sockets use the database."""
    return await database_sync_to_async(partial(function, *args, **kwargs))()


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


async def test_a_console_begins_with_the_whole_picture(world, consoles, jane, sales):
    _, snapshot = await consoles(jane.user)

    assert snapshot == {
        "type": "snapshot",
        "version": 1,
        "agent": {
            "id": jane.id,
            "name": "Jane",
            "state": "offline",
            "reason": None,
            "actor": None,
            "since": None,
            "next_state": None,
            "wrap_up_until": None,
            "offer": None,
            "call": None,
        },
        "queues": [
            {
                "id": sales.id,
                "name": "Sales",
                "waiting": 0,
                "longest_wait_s": 0,
                "agents_available": 0,
            }
        ],
    }


async def test_a_state_chosen_here_comes_back_as_whole_objects(world, consoles, jane, sales):
    socket, _ = await consoles(jane.user)

    result, before = await socket.ask(command="state", state="available")
    delta = before[0] if before else await socket.frame()

    assert result == {"type": "result", "id": "c1", "ok": True}
    assert delta.keys() == {"type", "version", "changes"}
    assert delta["changes"].keys() == {"agent", "queues"}
    assert (delta["changes"]["agent"]["state"], delta["changes"]["agent"]["actor"]) == (
        "available",
        "jane",
    )
    assert delta["changes"]["agent"].keys() == {
        *("id", "name", "state", "reason", "actor", "since", "next_state"),
        *("wrap_up_until", "offer", "call"),
    }
    assert [row["agents_available"] for row in delta["changes"]["queues"]] == [1]
    assert delta["changes"]["queues"][0].keys() == {
        *("id", "name", "waiting", "longest_wait_s", "agents_available"),
    }


async def test_an_offer_reaches_its_agent_and_nobody_else(world, consoles, jane, joe):
    janes, _ = await consoles(jane.user)
    joes, _ = await consoles(joe.user)

    offer = await ringing(world, jane)

    frames = [await janes.frame()]
    while not frames[-1]["changes"].get("agent", {}).get("offer"):
        frames.append(await janes.frame())
    shown = frames[-1]["changes"]["agent"]["offer"]
    assert (shown["id"], shown["from"], shown["queue"]) == (offer.id, "447700900001", "Sales")
    while not await joes.receive_nothing():
        assert "agent" not in (await joes.frame())["changes"]


async def test_what_happens_in_a_queue_of_others_is_not_told(world, consoles, jane, sales):
    await run(sales.agents.remove, jane)
    socket, snapshot = await consoles(jane.user)

    await run(world.waits)

    assert snapshot["queues"] == []
    assert await socket.receive_nothing()


async def test_a_hint_without_a_change_sends_nothing(world, consoles, jane, sales):
    socket, _ = await consoles(jane.user)

    await run(broadcast.announce, agents=[jane.id], queues=[sales.id])

    assert await socket.receive_nothing()


async def test_a_beat_prolongs_the_lease_without_a_word(world, consoles, jane):
    socket, _ = await consoles(jane.user)
    await run(Agent.objects.update, console_until=None)

    await socket.tell(command="beat")

    assert await socket.receive_nothing()
    assert (await run(Agent.objects.get, id=jane.id)).console_until is not None


async def test_a_beat_with_an_id_gets_a_result(world, consoles, jane):
    socket, _ = await consoles(jane.user)

    result, _ = await socket.ask(command="beat")

    assert result["ok"] is True


async def test_a_lost_hint_is_made_good_by_the_next_beat(world, consoles, jane, monkeypatch):
    socket, _ = await consoles(jane.user)
    with monkeypatch.context() as deaf:
        deaf.setattr(broadcast, "_publish", lambda hint: None)
        await run(
            presence.choose,
            agent_id=jane.id,
            state="on_break",
            reason="",
            actor="ada",
            now=world.now,
        )
    assert await socket.receive_nothing()

    await socket.tell(command="beat")

    changes = (await socket.frame())["changes"]
    assert (changes["agent"]["state"], changes["agent"]["actor"]) == ("on_break", "ada")


async def test_a_beat_shows_a_queue_that_was_added_and_its_news_follow(
    world, consoles, jane, sales
):
    await run(sales.agents.remove, jane)
    socket, _ = await consoles(jane.user)
    await run(sales.agents.add, jane)

    await socket.tell(command="beat")
    again = await socket.frame()
    await run(world.waits)
    delta = await socket.frame()

    assert (again["type"], [row["id"] for row in again["queues"]]) == ("snapshot", [sales.id])
    assert delta["changes"]["queues"][0]["waiting"] == 1


async def test_a_snapshot_can_be_asked_for(world, consoles, jane):
    socket, first = await consoles(jane.user)

    result, frames = await socket.ask(command="snapshot")

    assert result["ok"] is True
    assert frames == [first | {"version": 2}]


async def test_two_tabs_of_one_agent_are_both_told(world, consoles, jane):
    one, _ = await consoles(jane.user)
    other, _ = await consoles(jane.user)

    await one.ask(command="state", state="on_break")

    changes = (await other.frame())["changes"]
    assert changes["agent"]["state"] == "on_break"


async def test_a_tab_that_closes_leaves_the_other_informed(world, consoles, jane):
    one, _ = await consoles(jane.user)
    other, _ = await consoles(jane.user)

    await one.disconnect()
    await other.ask(command="state", state="on_break")

    assert await run(state_of, jane) == "on_break"


async def test_ringing_marks_the_offer_as_seen(world, consoles, jane):
    offer = await ringing(world, jane)
    socket, snapshot = await consoles(jane.user)

    result, _ = await socket.ask(command="ringing", offer=offer.id, call_id="any")

    assert snapshot["agent"]["offer"]["id"] == offer.id
    assert result["ok"] is True
    assert (await run(Offer.objects.get)).seen_at is not None


@pytest.mark.parametrize(
    ("command", "more", "state", "agent_state"),
    [
        ("decline", {}, "declined", "available"),
        ("failed", {"cause": "microphone"}, "failed", "on_break"),
    ],
)
async def test_an_offer_is_turned_down(world, consoles, jane, command, more, state, agent_state):
    offer = await ringing(world, jane)
    socket, _ = await consoles(jane.user)

    result, _ = await socket.ask(command=command, offer=offer.id, **more)

    assert result["ok"] is True
    assert (await run(Offer.objects.get)).state == state
    assert await run(state_of, jane) == agent_state


@pytest.mark.parametrize("command", ["ringing", "decline", "failed"])
async def test_an_offer_that_is_over_is_gone(world, consoles, jane, command):
    offer = await ringing(world, jane)
    socket, _ = await consoles(jane.user)
    await run(offers.decline, offer_id=offer.id, agent_id=jane.id, actor="jane", now=world.now)

    result, _ = await socket.ask(command=command, offer=offer.id)

    assert refused(result, "offer_gone")
    assert (await run(Offer.objects.get)).state == "declined"


@pytest.mark.parametrize("command", ["ringing", "decline", "failed"])
async def test_the_offer_of_somebody_else_is_gone_too(world, consoles, jane, joe, command):
    offer = await ringing(world, jane)
    socket, _ = await consoles(joe.user)

    result, _ = await socket.ask(command=command, offer=offer.id)

    assert refused(result, "offer_gone")
    kept = await run(Offer.objects.get)
    assert (kept.state, kept.seen_at) == ("pending", None)


async def test_an_agent_ends_their_call(world, consoles, jane):
    await run(world.available, jane)
    call, _ = await run(world.talks)
    socket, snapshot = await consoles(jane.user)

    result, _ = await socket.ask(command="end", call=call.id)
    again, _ = await socket.ask(command="end", call=call.id)

    assert snapshot["agent"]["call"]["id"] == call.id
    assert result["ok"] is True
    assert refused(again, "call_gone")
    ended = await run(Call.objects.get)
    assert ended.hung_up_by == "agent"


async def test_the_call_of_somebody_else_cannot_be_ended(world, consoles, jane, joe):
    await run(world.available, jane)
    call, _ = await run(world.talks)
    socket, _ = await consoles(joe.user)

    result, _ = await socket.ask(command="end", call=call.id)

    assert refused(result, "call_gone")
    assert (await run(Call.objects.get)).hung_up_by == ""


async def test_a_call_that_is_only_offered_cannot_be_ended(world, consoles, jane):
    await ringing(world, jane)
    socket, snapshot = await consoles(jane.user)

    result, _ = await socket.ask(command="end", call=snapshot["agent"]["offer"]["call"])

    assert refused(result, "call_gone")
    assert (await run(Call.objects.get)).hung_up_by == ""


async def test_a_state_is_refused_while_a_call_holds_the_agent(world, consoles, jane):
    await run(world.available, jane)
    await run(world.talks)
    socket, _ = await consoles(jane.user)

    result, _ = await socket.ask(command="state", state="offline")

    assert refused(result, "agent_busy")
    assert await run(state_of, jane) == "busy"


async def test_a_break_has_its_reason(world, consoles, jane):
    await run(StateReason.objects.create, code="lunch", label="Lunch")
    socket, _ = await consoles(jane.user)

    result, _ = await socket.ask(command="state", state="on_break", reason="lunch")

    assert result["ok"] is True
    running = await run(AgentState.objects.get, agent=jane, ended_at=None)
    assert (running.state, running.reason, running.actor) == ("on_break", "lunch", "jane")


NONSENSE: list[dict[str, object]] = [
    {},
    {"command": None},
    {"command": "accept"},
    {"command": "_beat"},
    {"command": ["beat"]},
    {"command": "decline"},
    {"command": "decline", "offer": None},
    {"command": "decline", "offer": "1"},
    {"command": "decline", "offer": True},
    {"command": "decline", "offer": 1.5},
    {"command": "decline", "offer": 2**63},
    {"command": "ringing", "offer": -(2**70)},
    {"command": "end"},
    {"command": "end", "call": 10**30},
    {"command": "end", "call": [1]},
    {"command": "state"},
    {"command": "state", "state": "busy"},
    {"command": "state", "state": {"a": 1}},
    {"command": "state", "state": "on_break", "reason": "holidays"},
    {"command": "state", "state": "on_break", "reason": "a\0b"},
    {"command": "state", "state": "on_break", "reason": "\ud83d"},
    {"command": "state", "state": "on_break", "reason": ["x"]},
]


async def test_what_means_nothing_is_refused_and_the_socket_stays(world, consoles, jane):
    await run(world.available, jane)
    socket, _ = await consoles(jane.user)

    answers = [(await socket.ask(**content))[0] for content in NONSENSE]

    assert [refused(answer, "invalid") for answer in answers] == [True] * len(NONSENSE)
    assert await run(state_of, jane) == "available"


@pytest.mark.parametrize(
    "text",
    [
        " ",
        "{",
        "nonsense",
        "null",
        "[]",
        "1",
        '"beat"',
        "NaN",
        "[" * 10_000,
        '{"offer":' + "9" * 5000 + "}",
    ],
    ids=lambda text: text[:20],
)
async def test_a_frame_that_is_no_command_is_refused_and_the_socket_stays(
    world, consoles, jane, text
):
    socket, _ = await consoles(jane.user)

    await socket.send_to(text)

    answer = await socket.frame()
    assert refused(answer, "invalid")
    assert answer["id"] is None
    assert (await socket.ask(command="beat"))[0]["ok"] is True


@pytest.mark.parametrize("strange", [[1], {"a": 1}, 1.5, True], ids=repr)
async def test_an_id_that_is_no_name_is_not_repeated(world, consoles, jane, strange):
    socket, _ = await consoles(jane.user)

    await socket.tell(id=strange, command="nothing")

    assert (await socket.frame())["id"] is None


async def test_a_binary_frame_closes_the_socket(world, consoles, jane):
    socket, _ = await consoles(jane.user)

    await socket.send_to(bytes_data=b'{"command":"beat"}')

    closed = await socket.receive_output()
    assert (closed["type"], closed["code"]) == ("websocket.close", 1003)


@pytest.mark.parametrize(
    "origin",
    [
        b"http://evil.example",
        b"http://testserver.evil.example",
        b"http://eviltestserver",
        b"null",
        b"",
        b"\xff",
    ],
)
async def test_a_page_of_somebody_else_opens_no_socket(world, jane, origin):
    socket = Socket(await run(cookie_of, jane.user), origin=origin)

    accepted, _ = await socket.connect()

    assert accepted is False
    await run(connections.close_all)


async def test_a_program_without_a_page_opens_one(world, consoles, jane):
    _, snapshot = await consoles(jane.user, origin=None)

    assert snapshot["type"] == "snapshot"


@pytest.mark.parametrize("who", ["nobody", "a supervisor", "a forged session"])
async def test_who_is_no_agent_is_shown_out(world, ada, who):
    cookies = {"nobody": "", "a forged session": f"{settings.SESSION_COOKIE_NAME}=forged"}
    socket = Socket(cookies[who] if who in cookies else await run(cookie_of, ada))

    await socket.connect()
    closed = await socket.receive_output()

    assert (closed["type"], closed["code"]) == ("websocket.close", 4403)
    await run(connections.close_all)


async def test_what_is_said_after_being_shown_out_is_not_heard(world, ada):
    socket = Socket(await run(cookie_of, ada))
    await socket.connect()
    await socket.receive_output()

    await socket.tell(id="c1", command="snapshot")

    assert await socket.receive_nothing()
    await run(connections.close_all)


class Stuck:
    """A console that does not read, or has gone without a word."""

    def __init__(self, agent_id, error):
        self.agent_id, self.error, self.told = agent_id, error, 0
        self.queue_ids: frozenset[int] = frozenset()

    async def show(self, *, agent, queues):
        self.told += 1
        if self.error:
            raise self.error
        await asyncio.Event().wait()


@pytest.mark.parametrize("error", [None, ConnectionError()], ids=["does not read", "has gone"])
async def test_one_bad_console_keeps_no_other_from_being_told(
    world, consoles, jane, monkeypatch, error
):
    monkeypatch.setattr("calls.consumers.hub.PATIENCE", 0.05)
    socket, _ = await consoles(jane.user)
    stuck = Stuck(jane.id, error)
    hub.add(stuck)

    for state in ("on_break", "available"):
        result, frames = await socket.ask(command="state", state=state)
        shown = frames[0] if frames else await socket.frame()
        assert (result["ok"], shown["changes"]["agent"]["state"]) == (True, state)

    assert stuck.told == 1
