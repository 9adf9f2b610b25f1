"""The floor's websocket: who opens one, the whole picture, and what changes in it."""

import asyncio
import itertools
import json
from contextlib import suppress
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connections

from agents.models import Agent, AgentState, Team, User
from calls import broadcast
from calls.consumers.floor_frames import encoded
from calls.consumers.floor_hub import hub
from calls.models import Leg, Queue, Supervision
from calls.selectors import board
from calls.services import presence, walls
from calls.tests.floors import FloorSocket, by
from calls.tests.sockets import cookie_of, refused, run

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]
WHOLE = {"me", "queues", "waiting", "agents", "calls", "alerts", "totals"}


@pytest.fixture(autouse=True)
def by_hand(monkeypatch, world):
    """The clock is the test's, and nothing is looked at but what it asks for."""
    monkeypatch.setattr("calls.consumers.floor_hub.TICK", 3600)
    monkeypatch.setattr("calls.consumers.floor_hub.GAP", 0)
    monkeypatch.setattr("calls.consumers.floor_hub.timezone.now", lambda: world.now)


@pytest.fixture
async def floors():
    """Opens the floor of a user or a wall, as (socket, snapshot), and closes all at the end."""
    opened = []

    async def open_floor(user=None, **more):
        socket = FloorSocket(await run(cookie_of, user) if user else "", **more)
        opened.append(socket)
        accepted, _ = await socket.connect()
        assert accepted
        return socket, await socket.frame()

    yield open_floor
    for socket in opened:
        with suppress(asyncio.CancelledError):
            await socket.disconnect()
    await run(connections.close_all)


def comes(world, agent):
    """The agent becomes available, and it is announced."""
    presence.choose(agent_id=agent.id, state="available", reason="", actor="test", now=world.now)


async def test_a_floor_begins_with_the_whole_picture(world, floors, ada):
    _, snapshot = await floors(ada)

    assert (snapshot["type"], snapshot["version"]) == ("snapshot", 1)
    assert snapshot["floor"].keys() == WHOLE
    assert [row["name"] for row in snapshot["floor"]["agents"]] == ["Jane", "Joe"]
    assert snapshot["floor"]["me"] == {
        "name": "Ada",
        "agent_id": None,
        "supervision": None,
        "call": None,
        "wrap_up_until": None,
    }


async def test_a_caller_who_comes_to_wait_is_shown_to_the_supervisor(world, floors, ada):
    socket, _ = await floors(ada)

    call = await run(world.waits)

    [row] = await socket.changes("waiting")
    assert (row["id"], row["queue"], row["position"]) == (call.id, "Sales", 1)


async def test_one_change_is_one_frame_with_the_rows_and_sums_that_it_changed(
    world, floors, ada, jane
):
    socket, _ = await floors(ada)

    await run(comes, world, jane)

    changes = (await socket.frame())["changes"]
    assert changes.keys() == {"agents", "queues", "totals"}
    assert [(row["name"], row["state"]) for row in changes["agents"]] == [("Jane", "available")]
    assert changes["queues"][0]["agents_available"] == 1
    assert changes["totals"]["available"] == 1
    assert await socket.receive_nothing()


async def test_a_caller_who_is_answered_leaves_the_waiting_and_joins_the_calls(
    world, floors, ada, jane
):
    socket, _ = await floors(ada)

    def talk():
        world.available(jane)
        return world.talks()[0]

    call = await run(talk)
    await run(broadcast.announce, agents=[jane.id])

    [row] = await socket.changes("calls")
    assert (row["id"], row["agents"], row["state"]) == (call.id, ["Jane"], "connected")


async def test_what_is_over_is_told_as_gone(world, floors, ada):
    call = await run(world.waits)
    socket, snapshot = await floors(ada)
    assert [row["id"] for row in snapshot["floor"]["waiting"]] == [call.id]

    await run(world.event, "completed", disconnected_by="user")

    assert (await socket.changes("gone"))["waiting"] == [call.id]


async def test_a_hint_without_a_change_sends_nothing(world, floors, ada, jane, sales):
    socket, _ = await floors(ada)

    await run(broadcast.announce, agents=[jane.id], queues=[sales.id])

    assert await socket.receive_nothing()


async def test_a_lost_hint_is_made_good_by_the_next_look(world, floors, ada, jane, monkeypatch):
    socket, _ = await floors(ada)
    with monkeypatch.context() as deaf:
        deaf.setattr(broadcast, "_publish", lambda hint: None)
        await run(comes, world, jane)
    assert await socket.receive_nothing()

    hub.look()

    [row] = await socket.changes("agents")
    assert row["state"] == "available"


def night(world):
    """A second team with a queue of its own, and its supervisor."""
    team, queue = Team.objects.create(name="Night"), Queue.objects.create(name="Night")
    sam, kim = User.objects.create(username="sam"), User.objects.create(username="kim")
    team.supervisors.add(sam)
    queue.agents.add(Agent.objects.create(user=kim, vonage_user="kim", team=team))
    return sam


async def test_a_supervisor_sees_nothing_of_another_team(world, floors, ada, jane):
    sam = await run(night, world)
    adas, hers = await floors(ada)
    sams, his = await floors(sam)

    await run(comes, world, jane)

    assert [row["name"] for row in hers["floor"]["agents"]] == ["Jane", "Joe"]
    assert [row["name"] for row in his["floor"]["agents"]] == ["kim"]
    assert [row["name"] for row in his["floor"]["queues"]] == ["Night"]
    assert await adas.changes("agents")
    assert await sams.receive_nothing()


async def test_an_operator_sees_everything(world, floors):
    await run(night, world)
    root = await run(User.objects.create, username="root", is_superuser=True)

    _, snapshot = await floors(root)

    assert {row["name"] for row in snapshot["floor"]["queues"]} == {"Sales", "Night"}
    assert len(snapshot["floor"]["agents"]) == 3


async def test_a_new_agent_of_the_team_is_drawn_at_the_next_look(world, floors, ada, floor):
    socket, _ = await floors(ada)
    kim = await run(User.objects.create, username="kim")
    await run(Agent.objects.create, user=kim, vonage_user="kim", team=floor)

    hub.look()

    while (frame := await socket.frame())["type"] != "snapshot":
        pass
    assert [row["name"] for row in frame["floor"]["agents"]] == ["Jane", "Joe", "kim"]


async def test_a_supervisor_who_begins_a_call_may_not_listen_to_others_meanwhile(
    world, floors, ada, floor, jane, joe
):
    own = await run(Agent.objects.create, user=ada, vonage_user="Ada")

    def talk():
        world.available(jane)
        world.talks()

    await run(talk)
    socket, snapshot = await floors(ada)
    assert by(snapshot["floor"]["agents"], "Jane")["can"]["listen"] is None

    def wraps_up():
        world.available(own)
        AgentState.objects.filter(agent=own, ended_at=None).update(state="wrap_up")
        broadcast.announce(agents=[own.id])

    await run(wraps_up)
    while True:
        row = by(await socket.changes("agents"), "Jane")
        if row["can"]["listen"]:
            break
    assert "wrap-up" in row["can"]["listen"]


async def test_a_snapshot_can_be_asked_for(world, floors, ada):
    socket, first = await floors(ada)

    await socket.tell(id="c1", command="snapshot")
    again, result = await socket.frame(), await socket.frame()

    assert result == {"type": "result", "id": "c1", "ok": True}
    assert again == first | {"version": 2}


async def test_a_beat_with_an_id_says_the_time(world, floors, ada):
    socket, _ = await floors(ada)

    result = await socket.ask(command="beat")

    assert result["ok"] is True
    assert result["now"]


@pytest.mark.parametrize("command", ["state", "end", None, ["beat"], 7])
async def test_the_floor_takes_no_acts(world, floors, ada, command):
    socket, _ = await floors(ada)

    assert refused(await socket.ask(command=command), "invalid")


async def test_nonsense_gets_a_refusal_and_binary_closes(world, floors, ada):
    socket, _ = await floors(ada)

    await socket.send_to("[1, 2")
    nonsense = await socket.frame()
    await socket.send_to(bytes_data=b'{"command":"beat"}')

    assert refused(nonsense, "invalid")
    assert await socket.closed() == 1003


async def test_a_flood_is_refused(world, floors, ada, monkeypatch):
    socket, _ = await floors(ada)
    monkeypatch.setattr("calls.consumers.floor.monotonic", itertools.cycle((0.0,)).__next__)

    answers = [await socket.ask(command="nothing") for _ in range(22)]

    assert [refused(one, "rate_limited") for one in answers] == [False] * 20 + [True] * 2


@pytest.mark.parametrize("origin", [b"http://evil.example", b"null", b"", b"\xff"])
async def test_a_page_of_somebody_else_opens_no_floor(world, ada, origin):
    socket = FloorSocket(await run(cookie_of, ada), origin=origin)

    accepted, _ = await socket.connect()

    assert accepted is False
    await run(connections.close_all)


@pytest.mark.parametrize(("who", "code"), [("nobody", 4401), ("an agent", 4403)])
async def test_who_looks_after_no_team_is_shown_out(world, jane, who, code):
    socket = FloorSocket("" if who == "nobody" else await run(cookie_of, jane.user))

    await socket.connect()

    assert await socket.closed() == code
    assert len(hub) == 0
    await run(connections.close_all)


async def test_a_log_in_that_is_over_closes_the_floor_at_the_next_look(world, floors, ada):
    socket, _ = await floors(ada)
    await run(Session.objects.all().delete)

    hub.look()

    assert await socket.closed() == 4401
    assert len(hub) == 0


async def test_who_looks_after_no_team_any_more_is_shown_out(world, floors, ada, floor):
    socket, _ = await floors(ada)
    await run(floor.supervisors.remove, ada)

    hub.look()

    assert await socket.closed() == 4403


async def test_a_sixth_window_closes_the_first(world, floors, ada):
    opened = [(await floors(ada))[0] for _ in range(6)]

    assert await opened[0].closed() == 4429
    assert (await opened[5].ask(command="beat"))["ok"] is True


def wall_of(world, **more):
    return walls.make(name="Hall", actor="ada", now=world.now, team_id=None, **more)


async def test_a_wall_shows_first_names_and_no_numbers(world, floors, jane):
    def busy():
        User.objects.filter(id=jane.user_id).update(last_name="Austen")
        world.available(jane)
        world.talks()
        world.waits("another")
        return wall_of(world)[1]

    _, snapshot = await floors(wall=await run(busy))

    floor = snapshot["floor"]
    agent = by(floor["agents"], "Jane")
    assert (agent["username"], agent["reason_label"], agent["call_number"]) == (
        "",
        None,
        "•••• 001",
    )
    assert all(agent["can"].values())
    assert floor["calls"][0]["agents"] == ["Jane"]
    assert [row["number"] for row in floor["waiting"]] == ["•••• 001"]
    assert "Austen" not in str(snapshot)
    assert world.CALLER not in str(snapshot)


async def test_a_wall_is_drawn_anew_when_agents_come(world, floors, jane, floor):
    _, token = await run(wall_of, world)
    socket, snapshot = await floors(wall=token)
    kim = await run(User.objects.create, username="kim")
    await run(Agent.objects.create, user=kim, vonage_user="kim", team=floor)

    hub.look()

    while (frame := await socket.frame())["type"] != "snapshot":
        pass
    assert len(frame["floor"]["agents"]) == len(snapshot["floor"]["agents"]) + 1


async def test_a_revoked_wall_goes_dark_at_the_next_look_and_opens_no_more(world, floors):
    link, token = await run(wall_of, world)
    socket, _ = await floors(wall=token)
    await run(walls.revoke, link_id=link.id, now=world.now)

    hub.look()

    assert await socket.closed() == 4401
    again = FloorSocket(wall=token)
    await again.connect()
    assert await again.closed() == 4401


@pytest.mark.parametrize("token", ["", "x", "x" * 3000, "%00"])
async def test_a_wrong_token_opens_nothing(world, token):
    socket = FloorSocket(wall=token)

    await socket.connect()

    assert await socket.closed() == 4401
    await run(connections.close_all)


class Stuck:
    """A floor that does not read, or has gone without a word."""

    def __init__(self, user, session_key, who, error):
        self.user_id, self.wall_id, self.session_key = user.id, None, session_key
        self.who, self.view, self.me, self.error, self.told = who, None, None, error, 0

    async def draw(self, picture, now):
        """As if it had been drawn before it got stuck."""

    async def leave(self, code):
        raise AssertionError

    async def show(self, changes):
        self.told += 1
        if self.error:
            raise self.error
        await asyncio.Event().wait()


@pytest.mark.parametrize("error", [None, ConnectionError()], ids=["does not read", "has gone"])
async def test_one_bad_floor_keeps_no_other_from_being_told(
    world, floors, ada, jane, monkeypatch, error
):
    monkeypatch.setattr("calls.consumers.lanes.PATIENCE", 0.05)
    stuck = Stuck(ada, None, await run(board.viewer, ada), error)
    await hub.add(stuck)
    await hub.draw(stuck)
    socket, _ = await floors(ada)

    await run(comes, world, jane)
    first = await socket.changes("agents")
    await run(world.waits)
    second = await socket.changes("waiting")

    assert (first[0]["state"], second[0]["position"], stuck.told) == ("available", 1, 1)


async def test_an_alert_is_told_once_it_has_held_and_taken_back_later(world, floors, ada):
    socket, snapshot = await floors(ada)
    assert snapshot["floor"]["alerts"] == []
    await run(world.waits)
    await socket.changes("waiting")

    world.now += timedelta(seconds=5)
    hub.look()
    told = await socket.changes("alerts")
    await run(world.event, "completed", disconnected_by="user")
    world.now += timedelta(seconds=15)
    hub.look()

    assert [one["key"].split(":")[0] for one in told] == ["nobody"]
    assert await socket.changes("alerts") == []


async def test_floors_of_one_team_are_told_with_one_text(world, floors, ada, floor, monkeypatch):
    bob = await run(User.objects.create, username="bob")
    await run(floor.supervisors.add, bob)
    opened = [(await floors(user))[0] for user in (ada, ada, bob)]
    made = []

    def encoded(one):
        made.append(one)
        return json.dumps(one, default=str)

    monkeypatch.setattr("calls.consumers.floor_frames.encoded", encoded)

    await run(world.waits)

    for socket in opened:
        assert await socket.changes("waiting")
    assert len([one for one in made if "waiting" in one]) == 1


async def test_who_listens_is_shown_and_the_call_is_marked_as_mine(world, floors, ada, floor, jane):
    bob = await run(User.objects.create, username="bob")
    await run(floor.supervisors.add, bob)

    def talk():
        own = Agent.objects.create(user=ada, vonage_user="Ada")
        world.available(jane)
        return own, world.talks()[0]

    own, call = await run(talk)
    adas, _ = await floors(ada)
    bobs, _ = await floors(bob)

    def listen():
        leg = Leg.objects.create(
            call=call, kind="supervisor", agent=own, key="listens", uuid="listens-uuid"
        )
        Supervision.objects.create(
            call=call, agent=own, leg=leg, mode="listen", state="joined", began_at=world.now
        )
        broadcast.announce(agents=[own.id])
        return leg

    leg = await run(listen)

    assert (await adas.changes("me"))["supervision"] == {
        "call": call.id,
        "leg": leg.id,
        "mode": "listen",
        "state": "joined",
        "uuid": "listens-uuid",
        "phone_call": "listens-uuid",
        "since": json.loads(encoded(world.now)),
    }
    [row] = await bobs.changes("calls")
    assert [(one["by"], one["mode"], one["mine"]) for one in row["supervisions"]] == [
        ("Ada", "listen", False)
    ]
    _, again = await floors(ada)
    assert [one["mine"] for one in again["floor"]["calls"][0]["supervisions"]] == [True]
    assert by(again["floor"]["agents"], "Jane")["supervised_by"] == [
        {"name": "Ada", "mode": "listen"}
    ]
