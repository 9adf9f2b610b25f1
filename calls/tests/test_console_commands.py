"""What a console says: its commands, their results, and what means nothing."""

import itertools

import pytest

from agents.models import AgentState, StateReason
from calls.models import Call, Offer
from calls.services import offers
from calls.tests.sockets import refused, ringing, run, state_of

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]


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
        ("failed", {"cause": "no_sdk"}, "failed", "on_break"),
        ("failed", {"cause": "no_invite"}, "failed", "available"),
        ("failed", {}, "failed", "on_break"),
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

    assert refused(result, "not_found")
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
    {"command": "ringing", "offer": 1, "call_id": "x" * 65},
    {"command": "note", "call": 1},
    {"command": "note", "call": 1, "text": None},
    {"command": "note", "call": 1, "text": "a\0b"},
    {"command": "note", "call": 1, "text": "\ud83d"},
    {"command": "note", "call": 1, "text": "x" * 5001},
    {"command": "note", "text": "x"},
    {"command": "disposition", "call": 1},
    {"command": "disposition", "call": 1, "disposition": "1"},
    {"command": "claim"},
    {"command": "claim", "tab": "short"},
    {"command": "claim", "tab": "x" * 65},
    {"command": "claim", "tab": "x" * 16, "take_over": 1},
    {"command": "claim", "tab": ["x"] * 16},
]


async def test_what_means_nothing_is_refused_and_the_socket_stays(
    world, consoles, jane, monkeypatch
):
    await run(world.available, jane)
    socket, _ = await consoles(jane.user)
    monkeypatch.setattr("calls.consumers.console.monotonic", itertools.count().__next__)

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
