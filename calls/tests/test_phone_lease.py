"""Many windows of one agent, and the one that is their telephone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agents.models import Agent
from calls.consumers.hub import hub
from calls.models import Handling
from calls.services import phone
from calls.tests.sockets import refused, ringing, run, state_of

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]

ONE, OTHER = "tab-1 of two of Jane's", "tab-2 of two of Jane's"
FREE = {"epoch": 0, "here": False, "taken": False}


async def claims(socket, tab=ONE, **more):
    return (await socket.ask(command="claim", tab=tab, **more))[0]


async def leases(agent):
    """Seconds that are left of the phone's lease and of the console's."""
    found = await run(Agent.objects.get, id=agent.id)
    now = timezone.now()
    return [(until - now).total_seconds() for until in (found.phone_until, found.console_until)]


async def test_the_first_window_that_asks_is_the_telephone(world, consoles, jane):
    socket, snapshot = await consoles(jane.user)

    result = await claims(socket)

    assert snapshot["phone"] == FREE
    assert result["phone"] == {"epoch": 1, "here": True, "taken": True}
    assert await socket.receive_nothing()
    assert (await socket.ask(command="snapshot"))[1][0]["phone"] == result["phone"]


async def test_a_second_window_is_told_where_the_phone_is(world, consoles, jane):
    one, _ = await consoles(jane.user)
    await claims(one)
    other, snapshot = await consoles(jane.user)

    answer = await claims(other, OTHER)

    assert snapshot["phone"] == {"epoch": 1, "here": False, "taken": True}
    assert refused(answer, "phone_elsewhere")
    assert "Take it over" in answer["error"]["message"]


async def test_taking_over_is_told_to_the_window_that_had_the_phone(world, consoles, jane):
    one, _ = await consoles(jane.user)
    await claims(one)
    other, _ = await consoles(jane.user)

    result = await claims(other, OTHER, take_over=True)

    assert result["phone"] == {"epoch": 2, "here": True, "taken": True}
    changes = (await one.frame())["changes"]
    assert changes == {"phone": {"epoch": 2, "here": False, "taken": True}}


async def test_a_take_over_in_another_process_is_told_too(world, consoles, jane):
    socket, _ = await consoles(jane.user)
    await claims(socket)

    await run(
        phone.claim,
        agent_id=jane.id,
        tab=OTHER,
        epoch=None,
        take_over=True,
        now=timezone.now(),
    )

    changes = (await socket.frame())["changes"]
    assert changes == {"phone": {"epoch": 2, "here": False, "taken": True}}


@pytest.mark.parametrize(
    "content",
    [
        {"command": "ringing", "offer": 0},
        {"command": "failed", "offer": 0, "cause": "microphone"},
        {"command": "decline", "offer": 0},
        {"command": "end", "call": 0},
        {"command": "state", "state": "offline"},
        {"command": "extend_wrap_up"},
    ],
    ids=lambda content: content["command"],
)
async def test_a_window_without_the_phone_does_nothing_in_its_agents_name(
    world, consoles, jane, content
):
    offer = await ringing(world, jane)
    one, _ = await consoles(jane.user)
    await claims(one)
    other, _ = await consoles(jane.user)
    about = {name: offer.id for name in ("offer", "call") if name in content}

    answer, _ = await other.ask(**{**content, **about})

    assert refused(answer, "phone_elsewhere")
    assert await run(state_of, jane) == "offered"


async def test_the_window_that_lost_the_phone_does_nothing_either(world, consoles, jane):
    one, _ = await consoles(jane.user)
    await claims(one)
    other, _ = await consoles(jane.user)
    await claims(other, OTHER, take_over=True)

    answer, _ = await one.ask(command="state", state="available")

    assert refused(answer, "phone_elsewhere")
    assert (await other.ask(command="state", state="available"))[0]["ok"] is True


async def test_notes_may_be_written_in_any_window(world, consoles, jane):
    await run(world.available, jane)
    call, _ = await run(world.talks)
    one, _ = await consoles(jane.user)
    await claims(one)
    other, _ = await consoles(jane.user)

    result, _ = await other.ask(command="note", call=call.id, text="Wants blue.")

    assert result["ok"] is True
    assert (await run(Handling.objects.get)).note == "Wants blue."


async def test_a_window_without_the_phone_sees_what_the_other_sees(world, consoles, jane):
    one, _ = await consoles(jane.user)
    await claims(one)
    other, _ = await consoles(jane.user)

    await one.ask(command="state", state="on_break")

    assert (await other.frame())["changes"]["agent"]["state"] == "on_break"


async def test_a_closed_window_keeps_the_phone_for_five_seconds(world, consoles, jane):
    socket, _ = await consoles(jane.user)
    await claims(socket)

    await socket.disconnect()

    assert all(4 < left <= 5 for left in await leases(jane))


async def test_a_window_that_loads_again_has_its_phone_back(world, consoles, jane):
    socket, _ = await consoles(jane.user)
    await claims(socket)
    await socket.disconnect()
    again, _ = await consoles(jane.user)

    result = await claims(again)

    assert result["phone"]["here"] is True
    assert all(14 < left <= 15 for left in await leases(jane))


async def test_a_late_good_bye_of_the_page_before_takes_nothing_from_the_new_one(
    world, consoles, jane
):
    before, _ = await consoles(jane.user)
    await claims(before)
    again, _ = await consoles(jane.user)
    await claims(again)

    await before.disconnect()

    assert all(14 < left <= 15 for left in await leases(jane))


async def test_when_the_server_restarts_the_lease_runs_on(world, consoles, jane):
    socket, _ = await consoles(jane.user)
    await claims(socket)

    await socket.disconnect(code=1012)

    assert all(14 < left <= 15 for left in await leases(jane))


async def test_closing_a_window_without_the_phone_changes_nothing(world, consoles, jane):
    one, _ = await consoles(jane.user)
    await claims(one)
    other, _ = await consoles(jane.user)

    await other.disconnect()

    assert all(14 < left <= 15 for left in await leases(jane))


async def test_a_phone_that_became_free_is_told_at_the_next_look(world, consoles, jane):
    one, _ = await consoles(jane.user)
    await claims(one)
    other, _ = await consoles(jane.user)
    await one.disconnect()
    gone = timezone.now() - timedelta(seconds=1)
    await run(Agent.objects.filter(id=jane.id).update, phone_until=gone)

    hub.look()

    assert (await other.frame())["changes"] == {"phone": FREE | {"epoch": 1}}
