"""Callers and agents in rooms, for tests about conversations."""

from typing import Any

from sandbox.tests.world import World, wait_until

MUSIC = "/static/hold.mp3"


def room(name: str, **options: Any) -> dict[str, Any]:
    """The action that joins a named conversation."""
    return {"action": "conversation", "name": name} | options


def waiting(world: World, name: str) -> dict[str, Any]:
    """The same, with music until somebody else starts it."""
    return room(name, startOnEnter=False, musicOnHoldUrl=[world.customer.url + MUSIC])


async def caller_in(world: World, ncco: list[dict[str, Any]], **body: Any) -> str:
    """A robot caller whose call is answered with this NCCO."""
    world.customer.reply("/answer", ncco)
    uuid = await world.call(**body)
    await wait_until(lambda: world.state(uuid).answered)
    return uuid


async def agent_in(world: World, *ncco: dict[str, Any], name: str = "Jane", **robot: Any) -> str:
    """A robot agent who is dialled into this NCCO."""
    await world.control("POST", f"/users/{name}", {"answer": "after 0s"} | robot)
    uuid = await world.dial({"type": "app", "user": name}, ncco=list(ncco))
    await wait_until(lambda: world.state(uuid).room is not None)
    return uuid


async def hears(world: World, uuid: str) -> set[str]:
    """Whom a leg hears now, as the control API says it."""
    _, conversations = await world.control("GET", "/conversations")
    found = [each for each in conversations if uuid in each["legs"]]
    return set(found[0]["hears"][uuid])


async def peak(world: World, uuid: str, hz: float) -> None:
    """Wait until that is the strongest frequency the leg hears."""
    ear = world.state(uuid).port.ear
    await wait_until(lambda: abs((ear.level().peak_hz or 0) - hz) < 2)
