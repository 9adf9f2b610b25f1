"""A call that is handed on: what the tests of transfers share."""

from agents import services as agents
from agents.models import AgentState
from calls import selectors
from calls.models import CallEvent
from calls.tests.asking import ask
from calls.tests.leaving import agent_goes
from tests.world import World

NUMBER = "442079461234"


def a_talk(world, jane):
    """Jane talks to a customer from Sales: the call, and the offer that brought it."""
    world.available(jane)
    call, offer = world.talks()
    world.passes(3)
    return call, offer


def types(call):
    return list(CallEvent.objects.filter(call=call).values_list("type", flat=True))


def state_of(agent):
    return AgentState.objects.get(agent=agent, ended_at=None).state


def transfer(world, call, agent, /, **to):
    return ask(world, "transfer", call, agent, kind="blind", to=to)


def wants_a_break(world, agent):
    """After the work that holds them now."""
    agents.choose_next(agent_id=agent.id, state="on_break", reason="", actor="test", now=world.now)


def broken(world):
    found = selectors.violations(now=world.now)
    return {name: wrong for name, wrong in found.items() if wrong}


def leaves(world, offer):
    """The agent's leg, which we have hung up, has ended."""
    agent_goes(world, offer, disconnected_by="platform")


def requests(world, since):
    return [
        (method, path.rpartition("/")[2], body.get("action", ""))
        for method, path, body in world.transport.requests[since:]
    ]


def answers(status):
    return lambda method, path: status if method == "PUT" else 204


def picks_up(world, leg):
    leg.refresh_from_db()
    return world.post(
        f"/webhooks/answer/{leg.key}",
        {
            "to": leg.number,
            "from": World.MENU,
            "endpoint_type": "phone",
            "uuid": leg.uuid or "c" * 32,
            "conversation_uuid": "CON-7",
        },
    )
