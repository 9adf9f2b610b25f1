"""How all consoles are drawn and told together, and what one of them cannot do to the others."""

import pytest

from agents.models import Agent, User
from calls import broadcast, selectors
from calls.consumers.hub import hub
from calls.models import Queue
from calls.services import presence
from calls.tests.sockets import run
from calls.tests.test_console_hygiene import closed

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]


def joins(queue, name="kim"):
    user = User.objects.create(username=name)
    queue.agents.add(Agent.objects.create(user=user, vonage_user=name))


def logged(monkeypatch, name, log, then=lambda: None):
    """Note each reading by this selector; `then` happens after the first, before it is shown."""
    read = getattr(selectors, name)

    def reading(**what):
        found = read(**what)
        log.append(name)
        if len(log) == 1:
            then()
        return found

    monkeypatch.setattr(selectors, name, reading)


async def test_consoles_of_a_changed_queue_are_drawn_from_one_reading(
    world, consoles, jane, joe, sales, monkeypatch
):
    opened = [(await consoles(user))[0] for user in (jane.user, jane.user, joe.user)]
    readings: list[str] = []
    logged(monkeypatch, "scenes", readings)
    await run(joins, sales)

    hub.look()

    people = [(await socket.frame())["people"] for socket in opened]
    assert [[row["name"] for row in rows] for rows in people] == [
        ["Joe", "kim"],
        ["Joe", "kim"],
        ["Jane", "kim"],
    ]
    assert readings == ["scenes"]


async def test_circles_drawn_together_are_told_of_their_own_queues_only(
    world, consoles, jane, joe, sales
):
    def share():
        support = Queue.objects.create(name="Support")
        joins(support)
        support.agents.add(joe)

    await run(share)
    janes, _ = await consoles(jane.user)
    joes, _ = await consoles(joe.user)
    await run(joins, sales, "lee")

    hub.look()

    shown = [
        (
            [row["name"] for row in frame["queues"]],
            {row["name"]: row["queues"] for row in frame["people"]},
        )
        for frame in [await janes.frame(), await joes.frame()]
    ]
    assert shown == [
        (["Sales"], {"Joe": ["Sales"], "lee": ["Sales"]}),
        (["Sales", "Support"], {"Jane": ["Sales"], "kim": ["Support"], "lee": ["Sales"]}),
    ]


async def test_what_happens_while_many_are_drawn_is_told_in_between(
    world, consoles, jane, joe, sales, monkeypatch
):
    monkeypatch.setattr("calls.consumers.hub.DRAWN_AT_ONCE", 1)
    opened = [(await consoles(user))[0] for user in (jane.user, joe.user)]
    log: list[str] = []
    logged(monkeypatch, "scenes", log, then=lambda: broadcast.announce(queues=[sales.id]))
    logged(monkeypatch, "news", log)
    await run(joins, sales)

    hub.look()

    assert [(await socket.frame())["type"] for socket in opened] == ["snapshot"] * 2
    assert log == ["scenes", "news", "scenes"]


async def test_a_change_while_a_console_is_drawn_reaches_it_after_its_snapshot(
    world, consoles, jane, joe, monkeypatch
):
    await consoles(joe.user)
    comes = {"agent_id": joe.id, "state": "available", "reason": "", "actor": "joe"}
    logged(monkeypatch, "scenes", [], then=lambda: presence.choose(**comes, now=world.now))

    socket, snapshot = await consoles(jane.user)

    states = [[row["state"] for row in snapshot["people"]]]
    delta = await socket.frame()
    states.append([row["state"] for row in delta["changes"]["people"]])
    assert states == [["offline"], ["available"]]


async def test_others_are_told_what_a_new_console_is_the_first_to_see(
    world, consoles, jane, joe, monkeypatch
):
    socket, _ = await consoles(jane.user)
    with monkeypatch.context() as deaf:
        deaf.setattr(broadcast, "_publish", lambda hint: None)
        await run(world.available, joe)

    await consoles(joe.user)

    changes = (await socket.frame())["changes"]
    assert [(row["name"], row["state"]) for row in changes["people"]] == [("Joe", "available")]


async def test_who_is_no_agent_any_more_is_shown_out_and_the_others_are_drawn(
    world, consoles, jane, joe, sales
):
    joes, _ = await consoles(joe.user)
    janes, _ = await consoles(jane.user)
    await run(Agent.objects.filter(id=joe.id).delete)
    await run(joins, sales)

    hub.look()

    assert await closed(joes) == 4403
    assert [row["name"] for row in (await janes.frame())["people"]] == ["kim"]


async def test_an_agent_of_no_queue_who_is_none_any_more_is_shown_out_too(
    world, consoles, joe, sales
):
    await run(sales.agents.remove, joe)
    joes, _ = await consoles(joe.user)
    await run(Agent.objects.filter(id=joe.id).delete)

    hub.look()

    assert await closed(joes) == 4403


async def test_tables_that_cannot_be_read_are_read_at_the_next_look(
    world, consoles, jane, monkeypatch
):
    socket, _ = await consoles(jane.user)

    def fails():
        raise ValueError("the tables are away")

    with monkeypatch.context() as broken:
        logged(broken, "scenes", [], then=fails)
        result, frames = await socket.ask(command="snapshot")
    assert (result["ok"], frames) == (True, [])

    hub.look()

    assert (await socket.frame())["type"] == "snapshot"
