"""Supervisors in calls of others: what they ask for, and what Vonage then hears from us."""

from unittest.mock import patch

from calls.models import Command, Supervision


def ask(world, browser, user, call, act, /, **body):
    """What this user's page asks for, at the world's time; the reply."""
    client = browser(user)
    with patch("django.utils.timezone.now", lambda: world.now):
        return client.post(f"/api/calls/{call.id}/{act}", body, format="json")


def supervise(world, browser, user, call, mode):
    """Asked for, and dialled; the supervision."""
    reply = ask(world, browser, user, call, "supervise", mode=mode)
    assert reply.status_code == 202, reply.content
    world.send()
    return Supervision.objects.filter(agent__user=user).latest("id")


def answers(world, leg):
    """The phone of this leg is picked up; the NCCO it then runs."""
    leg.refresh_from_db()
    return world.post(
        f"/webhooks/answer/{leg.key}",
        {
            "to": leg.agent.vonage_user,
            "from": world.MENU,
            "endpoint_type": "app",
            "uuid": leg.uuid,
            "conversation_uuid": "CON-8",
        },
    )


def listens(world, browser, user, call, mode="listen"):
    """A supervisor who is in the call; the supervision and the NCCO of their leg."""
    supervision = supervise(world, browser, user, call, mode)
    reply = answers(world, supervision.leg)
    world.send()
    supervision.refresh_from_db()
    return supervision, reply


def leaves(world, leg, **more):
    """The leg of a party ends; by default because they hung up."""
    leg.refresh_from_db()
    world.event("completed", leg.uuid, key=leg.key, **{"disconnected_by": "user"} | more)
    world.send()


def moves(world, leg):
    """The NCCOs that this leg was moved to, in order."""
    leg.refresh_from_db()
    path = f"/v1/calls/{leg.uuid}"
    made = [body for method, at, body in world.transport.requests if (method, at) == ("PUT", path)]
    return [body["destination"]["ncco"] for body in made if body["action"] == "transfer"]


def is_hung_up(world, leg):
    leg.refresh_from_db()
    made = world.transport.requests
    return any(
        (method, at, body.get("action")) == ("PUT", f"/v1/calls/{leg.uuid}", "hangup")
        for method, at, body in made
    )


def command_of(reply):
    return Command.objects.get(key=reply.json()["command"])


def events(call):
    return list(call.events.order_by("version").values_list("type", "actor"))


def state_of(agent):
    return agent.states.get(ended_at=None).state
