"""What is done with calls that go on, asked for by the REST API and by the console's socket."""

import pytest
from django.utils import timezone

from calls.models import Call, Command
from calls.tests.asking import became
from calls.tests.doors import error
from calls.tests.leaving import fresh, hangs_up
from calls.tests.sockets import refused, run

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]

KINDS = [
    *("end", "hold", "resume", "transfer", "consult", "swap", "merge"),
    *("complete", "cancel", "add", "remove", "supervise", "leave"),
]
BODIES = {
    "transfer": {"kind": "blind", "to": {"queue": "Sales"}},
    "consult": {"to": {"agent": "joe"}},
    "add": {"to": {"number": "442079461234"}},
    "remove": {"leg": 1},
    "supervise": {"mode": "listen"},
}


@pytest.fixture
def call(world, jane):
    world.available(jane)
    return world.talks()[0]


def post(client, call, kind, body=None):
    return client.post(
        f"/api/calls/{call.id}/{kind}",
        BODIES.get(kind, {}) if body is None else body,
        format="json",
    )


def test_an_agent_holds_and_brings_back_their_caller(world, janes, jane, call):
    held = post(janes, call, "hold")
    world.now = timezone.now()
    world.send()
    found = janes.get(f"/api/commands/{held.json()['command']}").json()
    resumed = post(janes, call, "resume")
    world.send()

    assert (held.status_code, resumed.status_code) == (202, 202)
    assert found == {"state": "done", "error": None}
    command = Command.objects.get(kind="hold")
    assert (command.user, command.agent) == (jane.user, jane)
    assert fresh(call).state == "connected"


@pytest.mark.parametrize("kind", KINDS)
def test_the_call_of_somebody_else_is_not_found(browser, joe, call, kind):
    reply = post(browser(joe.user), call, kind)

    assert reply.status_code in {403, 404} or (kind, reply.status_code) == ("leave", 409)
    assert fresh(call).state == "connected"
    assert fresh(call).hung_up_by == ""


@pytest.mark.parametrize("kind", KINDS)
def test_strangers_are_told_of_no_call(browser, cy, call, kind):
    reply = post(browser(cy), call, kind)

    assert reply.status_code in {403, 404} or (kind, reply.status_code) == ("leave", 409)
    assert fresh(call).hung_up_by == ""


@pytest.mark.parametrize("kind", sorted({*KINDS} - {"end", "supervise", "leave"}))
def test_a_supervisor_leaves_to_the_agents_what_is_theirs(browser, ada, call, kind):
    assert error(post(browser(ada), call, kind)) == (403, "not_allowed")
    assert not Command.objects.exists()


def test_a_supervisor_ends_a_call_that_is_stuck(world, browser, ada, call):
    reply = post(browser(ada), call, "end")

    assert reply.status_code == 202
    assert became(reply.json()["command"]) == ("done", "")
    assert fresh(call).hung_up_by == "supervisor"
    event = call.events.get(type="end_asked")
    assert event.actor == "ada"


def test_a_supervisor_ends_a_call_that_waits(world, browser, ada):
    call = world.waits()

    assert post(browser(ada), call, "end").status_code == 202

    world.send()
    hangs_up(world, disconnected_by="platform")
    assert fresh(call).state == "ended"


@pytest.mark.parametrize("kind", ["end", "hold", "transfer"])
def test_a_call_that_is_over_is_gone(world, janes, call, kind):
    hangs_up(world)

    assert error(post(janes, call, kind)) == (409, "call_gone")


def test_a_call_that_never_was_is_not_found(janes):
    assert error(post(janes, Call(id=99), "hold")) == (404, "not_found")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("transfer", {}),
        ("transfer", {"kind": "warm", "to": {"agent": "joe"}}),
        ("transfer", {"kind": "blind", "to": {"agent": "joe", "queue": "Sales"}}),
        ("transfer", {"kind": "blind", "to": "joe"}),
        ("consult", {"to": {"queue": "Sales"}}),
        ("add", {"to": {}}),
        ("remove", {"leg": "x"}),
        ("supervise", {"mode": "spy"}),
    ],
)
def test_a_body_that_means_nothing_is_refused(janes, call, kind, body):
    assert error(post(janes, call, kind, body)) == (400, "invalid")
    assert not Command.objects.exists()


async def test_the_console_asks_for_the_same(world, consoles, jane):
    await run(world.available, jane)
    call, _ = await run(world.talks)
    socket, _ = await consoles(jane.user)

    held, _ = await socket.ask(command="hold", call=call.id)
    again, _ = await socket.ask(command="hold", call=call.id)

    assert held["ok"] is True
    command = await run(Command.objects.get)
    assert (held["command"], command.kind) == (command.key, "hold")
    assert command.user_id == jane.user_id
    assert refused(again, "call_gone")


@pytest.mark.parametrize(
    "content",
    [
        {"command": "hold"},
        {"command": "hold", "call": "x"},
        {"command": ["hold"], "call": 1},
        {"command": "transfer", "call": 1},
        {"command": "transfer", "call": 1, "kind": "blind", "to": {"agent": "a\0b"}},
        {"command": "supervise", "call": 1, "mode": {}},
    ],
)
async def test_what_a_console_says_without_sense_is_refused(world, consoles, jane, content):
    socket, _ = await consoles(jane.user)

    result, _ = await socket.ask(**content)

    assert refused(result, "invalid")


async def test_a_second_window_of_the_agent_cannot_hold_the_call(world, consoles, jane):
    await run(world.available, jane)
    call, _ = await run(world.talks)
    first, _ = await consoles(jane.user)
    await first.ask(command="claim", tab="t" * 32)
    second, _ = await consoles(jane.user)

    result, _ = await second.ask(command="hold", call=call.id)

    assert refused(result, "phone_elsewhere")
    assert (await run(Call.objects.get)).state == "connected"
