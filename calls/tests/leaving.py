"""Callers who leave the waiting room: what they are asked, press, say, and are called back by."""

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

from calls.models import Callback, Leg, Queue, QueueEntry, Voicemail
from tests.world import World

SCHEMA = Path(__file__).parents[2] / "ivr/tests/ncco-2026.schema.json"
VALIDATOR = Draft202012Validator(json.loads(SCHEMA.read_text()))
EVERY = 60  # seconds of waiting between two questions
RECORDING = "https://api-eu.nexmo.com/v1/files/7f3e0f1a-0000-4000-8000-2f6c5d3a9b10"


def offers_ways(queue, **changes):
    """Callers of this queue are asked, every minute, whether they want a callback or a message."""
    ways = {"choices_every_seconds": EVERY, "offers_callback": True, "offers_voicemail": True}
    Queue.objects.filter(id=queue.id).update(**(ways | changes))


def moved(world, uuid=World.UUID):
    """The NCCO to which this leg was moved last; one that Vonage would take."""
    moves = [
        body["destination"]["ncco"]
        for method, path, body in world.transport.requests
        if method == "PUT" and path.endswith(uuid) and body.get("action") == "transfer"
    ]
    return checked(moves[-1])


def checked(ncco):
    VALIDATOR.validate(ncco)
    return ncco


def kinds(ncco):
    return [action["action"] for action in ncco]


def words(ncco):
    return " ".join(action["text"] for action in ncco if action["action"] == "talk")


def press(world, ncco, digits, uuid=World.UUID):
    """The caller answers; the clock ticks, so no two of their answers are the same webhook."""
    world.now += world.now.resolution * 1000
    return checked(world.press(ncco, digits, uuid))


def asked(world):
    """A caller who has waited long enough: their call, and the question."""
    call = world.waits()
    world.passes(EVERY)
    return call, moved(world)


def hangs_up(world, uuid=World.UUID, **extra):
    world.event("completed", uuid, **{"disconnected_by": "user", **extra})


def wants_callback(world):
    """A caller who has confirmed that they want one, and hung up."""
    call, question = asked(world)
    goodbye = press(world, press(world, question, "1"), "1")
    assert kinds(goodbye) == ["talk"]
    hangs_up(world)
    return fresh(call)


def rings(world, agent):
    """The agent is free and is rung for the callback: their offer."""
    world.available(agent)
    world.passes(15)
    return world.offer()


def dialled(world, offer):
    """The agent has taken the callback: what they hear, and the leg that rings the customer."""
    hears = checked(world.picks_up(offer))
    world.send()
    return hears, customer_leg(offer.call)


def customer_leg(call):
    return Leg.objects.filter(call=call, kind="customer").last()


def picks_up(world, leg):
    """The customer whom we call answers."""
    leg.refresh_from_db()
    return checked(
        world.post(
            f"/webhooks/answer/{leg.key}",
            {
                "to": World.CALLER,
                "from": World.MENU,
                "endpoint_type": "phone",
                "uuid": leg.uuid or "b" * 32,
                "conversation_uuid": "CON-7",
                "direction": "outbound",
            },
        )
    )


def is_not_reached(world, leg, status="timeout"):
    """The customer does not answer: the two events that Vonage sends."""
    leg.refresh_from_db()
    world.event(status, leg.uuid or "b" * 32, key=leg.key)
    world.event("completed", leg.uuid or "b" * 32, key=leg.key, disconnected_by="platform")


def agent_goes(world, offer, **extra):
    offer.leg.refresh_from_db()
    world.event("completed", offer.leg.uuid, key=offer.leg.key, **extra)


def dials(world):
    """The telephones dialled so far."""
    return [body["to"][0]["number"] for body in world.sent("POST") if "number" in body["to"][0]]


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def entry_of(call):
    return QueueEntry.objects.get(call=call)


def callback_of(call):
    return Callback.objects.get(call=call)


def speaks(world):
    """A caller who has chosen to leave a message: their call, the message, and the NCCO."""
    call, question = asked(world)
    ncco = press(world, question, "2")
    return fresh(call), Voicemail.objects.get(), ncco


def tells(world, ncco, *, seconds=12, url=RECORDING, **extra):
    """The webhook that says where the recording is; `seconds` long, up to now."""
    record = next(action for action in ncco if action["action"] == "record")
    began = world.now.timestamp() - seconds
    world.post(
        urlsplit(record["eventUrl"][0]).path,
        {
            "start_time": stamp(began),
            "end_time": stamp(world.now.timestamp()),
            "size": 240352,
            "recording_url": url,
            "recording_uuid": "7f3e0f1a-0000-4000-8000-2f6c5d3a9b10",
            "conversation_uuid": "CON-0",
            "timestamp": stamp(world.now.timestamp()),
            **extra,
        },
    )


def stamp(seconds):
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
