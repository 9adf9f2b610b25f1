"""Which colleagues a console says its agent may coach, and why not."""

import pytest
from django.contrib.auth.models import Permission

from agents.models import Team, User
from calls import broadcast
from calls.consumers.hub import hub
from calls.selectors.coaching import coaching
from calls.selectors.supervision import can
from calls.tests.sockets import refused, run

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]
FREE = {"listen": None, "whisper": None, "barge": None, "take_over": None}


@pytest.fixture
def team(jane, joe):
    team = Team.objects.create(name="Team")
    type(jane).objects.update(team=team)
    return team


@pytest.fixture
def coach(joe):
    joe.user.user_permissions.add(Permission.objects.get(codename="coach"))
    return User.objects.get(pk=joe.user_id)


def talks(world, agent):
    world.available(agent)
    call, offer = world.talks()
    broadcast.announce(agents=[agent.id])
    return call, offer


def of_people(frame):
    return {row["id"]: row for row in frame.get("people", frame.get("changes", {}).get("people"))}


async def told(socket, agent):
    """What the next delta about this colleague's call says of it."""
    while True:
        changes = (await socket.frame())["changes"]
        for row in changes.get("people", ()):
            if row["id"] == agent.id and "can" in row:
                return row["can"]


async def test_whoever_may_coach_is_told_when_a_colleague_is_in_a_call(
    world, consoles, jane, team, coach
):
    socket, snapshot = await consoles(coach)
    assert of_people(snapshot)[jane.id]["can"] is None

    await run(talks, world, jane)

    assert await told(socket, jane) == FREE


async def test_a_console_that_opens_later_is_told_the_same(world, consoles, jane, team, coach):
    await run(talks, world, jane)

    _, snapshot = await consoles(coach)

    assert of_people(snapshot)[jane.id]["can"] == FREE


async def test_others_are_told_nothing_and_it_costs_them_nothing(
    world, consoles, jane, joe, team, monkeypatch
):
    asked = []
    monkeypatch.setattr("calls.selectors.consoles.coaching", lambda *what: asked.append(what))
    await run(talks, world, jane)

    _, snapshot = await consoles(joe.user)

    assert "can" not in of_people(snapshot)[jane.id]
    assert asked == []


async def test_who_may_not_coach_any_more_is_told_so_and_refused(
    world, consoles, jane, joe, team, coach
):
    call, _ = await run(talks, world, jane)
    socket, _ = await consoles(coach)
    await run(joe.user.user_permissions.clear)

    result, _ = await socket.ask(command="supervise", call=call.id, mode="listen")
    hub.look()

    assert refused(result, "not_allowed")
    assert set((await told(socket, jane)).values()) == {result["error"]["message"]}


def test_a_call_of_another_team_is_not_to_be_heard(world, jane, joe, team, coach):
    jane.team = Team.objects.create(name="Others")
    jane.save()
    talks(world, jane)

    found = coaching([joe.id], [jane.id, joe.id])

    assert set(found[joe.id][jane.id].values()) == {"This call is not of your teams."}


def test_the_reasons_are_those_of_the_command(world, jane, joe, team, coach):
    call, _ = talks(world, jane)
    type(call).objects.filter(id=call.id).update(state="held")
    call.refresh_from_db()

    found = coaching([joe.id], [jane.id])[joe.id][jane.id]

    assert found == can(coach, call)
    assert found["barge"] == "The customer is on hold; wait until they are back."


def test_many_cost_as_much_as_one(world, jane, joe, team, coach, django_assert_max_num_queries):
    talks(world, jane)

    with django_assert_max_num_queries(9):
        coaching([jane.id, joe.id], [jane.id, joe.id])
