"""The console's websocket: who opens one, the whole picture, and what changes in it."""

import asyncio
from datetime import UTC

import pytest
from django.conf import settings
from django.db import connections
from django.utils.dateparse import parse_datetime

from agents.models import Agent, AgentState
from calls import broadcast
from calls.consumers.hub import hub
from calls.selectors import Circle
from calls.services import presence
from calls.tests.sockets import Socket, cookie_of, ringing, run, state_of

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]


async def test_a_console_begins_with_the_whole_picture(world, consoles, jane, joe, sales):
    _, snapshot = await consoles(jane.user)

    assert parse_datetime(snapshot.pop("now")).tzinfo == UTC
    assert snapshot == {
        "type": "snapshot",
        "version": 1,
        "agent": {
            "id": jane.id,
            "name": "Jane",
            "state": "offline",
            "reason": None,
            "reason_label": None,
            "actor": None,
            "since": None,
            "idle_since": None,
            "limit_at": None,
            "next_state": None,
            "next_reason": None,
            "wrap_up_until": None,
            "no_offer_until": None,
            "offer": None,
            "call": None,
            "supervision": None,
            "wrap_up": None,
            "missed": None,
            "taken": None,
            "not_reached": None,
            "taken_over": None,
            "outcomes": 0,
        },
        "queues": [
            {
                "id": sales.id,
                "name": "Sales",
                "waiting": 0,
                "longest_wait_s": 0,
                "agents_available": 0,
                "oldest_at": None,
                "voicemails": 0,
                "voicemails_claimed": 0,
                "callbacks": 0,
                "callbacks_calling": 0,
            }
        ],
        "people": [
            {
                "id": joe.id,
                "name": "Joe",
                "state": "offline",
                "reason": None,
                "since": None,
                "call": None,
                "idle_since": None,
                "queues": ["Sales"],
            }
        ],
        "phone": {"epoch": 0, "here": False, "taken": False},
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
        *("id", "name", "state", "reason", "reason_label", "actor", "since", "limit_at"),
        *("idle_since", "next_state", "next_reason", "wrap_up_until", "no_offer_until"),
        *("offer", "call", "supervision", "wrap_up", "missed", "taken", "not_reached"),
        *("taken_over", "outcomes"),
    }
    assert [row["agents_available"] for row in delta["changes"]["queues"]] == [1]
    assert delta["changes"]["queues"][0].keys() == {
        *("id", "name", "waiting", "longest_wait_s", "agents_available", "oldest_at"),
        *("voicemails", "voicemails_claimed", "callbacks", "callbacks_calling"),
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


async def test_an_agent_of_no_queue_is_told_of_themselves_only(world, consoles, jane, sales):
    await run(sales.agents.remove, jane)
    socket, _ = await consoles(jane.user)
    await run(world.waits)

    await run(AgentState.objects.create, agent=jane, state="on_break", started_at=world.now)
    await run(broadcast.announce, agents=[jane.id], queues=[sales.id])

    assert (await socket.frame())["changes"].keys() == {"agent"}


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


async def test_a_lost_hint_is_made_good_by_the_next_look(world, consoles, jane, monkeypatch):
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

    hub.look()

    changes = (await socket.frame())["changes"]
    assert (changes["agent"]["state"], changes["agent"]["actor"]) == ("on_break", "ada")


async def test_a_look_shows_a_queue_that_was_added_and_its_news_follow(
    world, consoles, jane, sales
):
    await run(sales.agents.remove, jane)
    socket, _ = await consoles(jane.user)
    await run(sales.agents.add, jane)

    hub.look()
    again = await socket.frame()
    await run(world.waits)
    delta = await socket.frame()

    assert (again["type"], [row["id"] for row in again["queues"]]) == ("snapshot", [sales.id])
    assert delta["changes"]["queues"][0]["waiting"] == 1


async def test_a_snapshot_can_be_asked_for(world, consoles, jane):
    socket, first = await consoles(jane.user)

    result, frames = await socket.ask(command="snapshot")

    assert result["ok"] is True
    assert frames == [first | {"version": 2, "now": frames[0]["now"]}]


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


@pytest.mark.parametrize(
    ("who", "code"), [("nobody", 4401), ("a supervisor", 4403), ("a forged session", 4401)]
)
async def test_who_is_no_agent_is_shown_out(world, ada, who, code):
    cookies = {"nobody": "", "a forged session": f"{settings.SESSION_COOKIE_NAME}=forged"}
    socket = Socket(cookies[who] if who in cookies else await run(cookie_of, ada))

    await socket.connect()
    closed = await socket.receive_output()

    assert (closed["type"], closed["code"]) == ("websocket.close", code)
    await run(connections.close_all)


async def test_what_is_said_after_being_shown_out_is_not_heard(world, ada):
    socket = Socket(await run(cookie_of, ada))
    await socket.connect()
    await socket.receive_output()

    await socket.tell(id="c1", command="snapshot")

    assert await socket.receive_nothing()
    await socket.disconnect()  # would raise what went wrong in there
    await run(connections.close_all)


class Stuck:
    """A console that does not read, or has gone without a word."""

    def __init__(self, agent_id, error):
        self.agent_id, self.error, self.told = agent_id, error, 0
        self.circle, self.session_key, self.holds_phone = Circle(), None, False
        self.may_coach = False

    async def draw(self, scene, picture):
        """As if it had been drawn before it got stuck."""

    async def leave(self, code):
        raise AssertionError

    async def show(self, news):
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
    await hub.add(stuck)

    for state in ("on_break", "available"):
        result, frames = await socket.ask(command="state", state=state)
        shown = frames[0] if frames else await socket.frame()
        assert (result["ok"], shown["changes"]["agent"]["state"]) == (True, state)

    assert stuck.told == 1
