"""Agents who call somebody, through the doors: the API, and the webhooks of the legs."""

from unittest.mock import patch

from django.conf import settings

from agents.models import AgentState
from calls.models import Call, Leg
from calls.services import commands, phone
from calls.tests.leaving import checked
from tests.world import World

THEM = "447700900123"
CONSOLES_LEG = "c" * 32  # the uuid of the leg that Jane's console begins


def holds_phone(world, agent):
    """A window of the agent's is their telephone."""
    phone.claim(agent_id=agent.id, tab="t" * 16, epoch=None, take_over=False, now=world.now)


def asks(world, client, to=THEM, **more):
    """`POST /api/calls`: the response."""
    with patch("django.utils.timezone.now", lambda: world.now):
        return client.post("/api/calls", {"to": to, **more}, format="json")


def begins(world, key, *, user="Jane", uuid=CONSOLES_LEG, **fields):
    """The console calls `serverCall({key})`: what the answer webhook replies."""
    return checked(
        world.post(
            "/webhooks/answer",
            {
                "to": "",
                "from_user": user,
                "endpoint_type": "app",
                "uuid": uuid,
                "conversation_uuid": "CON-5",
                "region_url": settings.VONAGE_API_URL,
                "custom_data": {"key": key},
            }
            | fields,
        )
    )


def calls(world, client, to=THEM, uuid=CONSOLES_LEG):
    """The agent calls, and hears it ring; their call."""
    response = asks(world, client, to)
    assert response.status_code == 201, response.json()
    begins(world, response.json()["key"], uuid=uuid)
    world.send()
    return Call.objects.get(id=response.json()["id"])


def another(number):
    """The uuid of another leg that a console begins."""
    return f"{CONSOLES_LEG[:-2]}{number:02}"


def customer(call):
    return Leg.objects.get(call=call, kind="customer")


def agents_leg(call, agent):
    return Leg.objects.get(call=call, kind="agent", agent=agent)


def answers(world, call):
    """Whom the agent calls picks up."""
    leg = customer(call)
    return checked(
        world.post(
            f"/webhooks/answer/{leg.key}",
            {
                "to": leg.number,
                "from": World.MENU,
                "endpoint_type": "phone",
                "uuid": leg.uuid,
                "conversation_uuid": "CON-7",
                "direction": "outbound",
                "at": world.now.isoformat(),
            },
        )
    )


def ends(world, leg, status="", **extra):
    """A leg ends: with `status` where nobody had answered it."""
    leg.refresh_from_db()
    key = "" if leg.uuid.startswith(CONSOLES_LEG[:8]) else leg.key
    if status:
        world.event(status, leg.uuid, key=key)
    world.event("completed", leg.uuid, key=key, **({"disconnected_by": "platform"} | extra))


def end(world, call, agent):
    """The agent asks for the end of the call."""
    name = agent.user.username
    commands.ask("end", call_id=call.id, agent_id=agent.id, actor=name, body={}, now=world.now)


def talks(world, client, to=THEM):
    """The agent has called, and they talk."""
    call = calls(world, client, to)
    answers(world, call)
    call.refresh_from_db()
    return call


def dialled(world):
    """Whom Vonage was asked to dial: telephones and users."""
    ends = [body["to"][0] for body in world.sent("POST")]
    return [end.get("number") or end.get("user") for end in ends]


def state_of(agent):
    return AgentState.objects.get(agent=agent, ended_at=None).state


def log(call):
    return list(call.events.values_list("type", flat=True))
