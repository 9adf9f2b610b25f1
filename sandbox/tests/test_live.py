"""The live stream: a picture when it changes, rows as they come, nothing twice."""

import asyncio
import json
from typing import Any

from sandbox.tests.world import CALLER, NUMBER

STAY = [{"action": "talk", "text": "Hello.", "loop": 0}]
WAIT = [{"action": "conversation", "name": "room", "startOnEnter": False, "endOnExit": True}]


class Stream:
    """What a page is told: events as (name, data), and the id of the last."""

    def __init__(self, reply: Any) -> None:
        self.content = reply.content
        self.id = ""

    async def event(self, name: str, seconds: float = 8.0) -> Any:
        """The data of the next event of that name."""
        async with asyncio.timeout(seconds):
            while True:
                fields = await self._fields()
                self.id = fields.get("id", self.id)
                if fields.get("event") == name:
                    return json.loads(fields["data"])

    async def picture(self, holds: Any) -> Any:
        """The next picture of which that is true."""
        while not holds(picture := await self.event("picture")):
            pass
        return picture

    async def _fields(self) -> dict[str, str]:
        fields = {}
        while line := (await self.content.readline()).decode().strip():
            name, _, value = line.partition(": ")
            fields[name] = value
        return fields


def live(world: Any, **headers: str) -> Any:
    return world.http.get(f"{world.url}/sandbox/live", headers=headers)


async def test_a_page_is_told_our_numbers_and_that_nothing_goes_on(world):
    async with live(world) as reply:
        assert reply.content_type == "text/event-stream"
        picture = await Stream(reply).event("picture")

    assert picture["numbers"] == [{"number": NUMBER, "home": world.customer.url}]
    assert (picture["legs"], picture["conversations"]) == ([], [])
    assert picture["faults"]["drop"] == 0


async def test_a_leg_is_seen_from_its_start_to_its_end(world):
    world.customer.reply("/answer", STAY)
    async with live(world) as reply:
        stream = Stream(reply)
        uuid = await world.call()
        playing = await stream.picture(lambda p: p["legs"] and p["legs"][0]["playing"])
        await world.control("POST", f"/calls/{uuid}/hangup")
        over = await stream.picture(lambda p: p["legs"][0]["status"] == "completed")

    leg = playing["legs"][0]
    assert (leg["uuid"], leg["name"], leg["far_end"]) == (uuid, CALLER, "robot")
    assert (leg["status"], leg["playing"], leg["said"]) == ("answered", "talk:Hello.", "Hello.")
    assert leg["created"] <= leg["answered"] <= over["legs"][0]["ended"]


async def test_who_hears_whom_is_seen(world):
    world.customer.reply("/answer", WAIT)
    uuid = await world.call()
    await world.control("POST", "/users/Jane", {"answer": "after 0s", "audio": {"tone": 900}})
    joined = [{"action": "conversation", "name": "room", "canSpeak": [uuid]}]
    async with live(world) as reply:
        stream = Stream(reply)
        await world.in_room(uuid, "room")
        jane = await world.dial({"type": "app", "user": "Jane"}, ncco=joined)
        started = await stream.picture(
            lambda p: p["conversations"] and p["conversations"][0]["started"]
        )

    room = started["conversations"][0]
    legs = {leg["uuid"]: leg for leg in started["legs"]}
    assert (room["name"], room["hears"]) == ("room", {uuid: [jane], jane: [uuid]})
    assert (legs[jane]["far_end"], legs[jane]["can_speak"], legs[jane]["ends_room"]) == (
        "robot", [uuid], False,
    )  # fmt: skip
    assert (legs[uuid]["can_speak"], legs[uuid]["ends_room"]) == (None, True)


async def test_a_call_in_no_room_is_no_conversation_worth_showing(world):
    world.customer.reply("/answer", STAY)
    uuid = await world.call()
    await world.playing(uuid, "talk:Hello.")

    async with live(world) as reply:
        picture = await Stream(reply).event("picture")

    assert len(picture["legs"]) == 1
    assert picture["conversations"] == []


async def test_what_goes_over_the_wire_is_told_as_it_happens(world):
    world.customer.reply("/answer", STAY)
    async with live(world) as reply:
        stream = Stream(reply)
        requests = await stream.event("requests")
        await world.call()
        webhooks = await stream.event("webhooks")

    assert [row["url"] for row in requests] == ["/v2/applications", "/number/buy", "/number/update"]
    assert webhooks[0]["status"] == 200


async def test_a_page_that_comes_back_gets_only_what_it_missed(world):
    await world.api("POST", "/v1/users", {"name": "Jane"})
    async with live(world) as reply:
        stream = Stream(reply)
        await stream.event("requests")
    await world.api("POST", "/v1/users", {"name": "Joe"})

    async with live(world, **{"Last-Event-ID": stream.id}) as reply:
        rows = await Stream(reply).event("requests")

    assert [row["body"] for row in rows] == [{"name": "Joe"}]


async def test_a_page_that_comes_back_after_a_restart_or_says_nonsense_gets_all(world):
    for nonsense in ("0-9999", "x", "1-2-3", "²-²", "-"):
        async with live(world, **{"Last-Event-ID": nonsense.encode().decode("latin-1")}) as reply:
            rows = await Stream(reply).event("requests")

        assert len(rows) == 3


async def test_a_new_page_gets_the_last_200_rows(world):
    for number in range(300):
        world.sandbox.requests.add({"method": "GET", "url": f"/{number}"})

    async with live(world) as reply:
        rows = await Stream(reply).event("requests")

    assert [rows[0]["url"], rows[-1]["url"], len(rows)] == ["/100", "/299", 200]


async def test_a_picture_that_has_not_changed_is_not_told_again(world):
    async with live(world) as reply:
        stream = Stream(reply)
        first = await stream.event("picture")
        await world.sandbox.clock.sleep(5)
        await world.control("PUT", "/faults", {"drop": 0.5})
        second = await stream.event("picture")

    assert (first["faults"]["drop"], second["faults"]["drop"]) == (0, 0.5)


async def test_pages_of_other_sites_are_told_nothing(world):
    async with live(world, Origin="https://evil.example.com") as reply:
        assert reply.status == 403
