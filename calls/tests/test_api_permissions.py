"""Who may do what: every kind of user and key at every address that changes or shows work."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from rest_framework.test import APIClient

from agents import keys
from agents.models import Agent, ApiKey, Team, User
from calls.models import Command, Voicemail
from calls.tests.leftovers import message
from conftest import START

pytestmark = [pytest.mark.db, pytest.mark.django_db]
ENDPOINTS = {
    "todo": ("get", "/api/todo", None),
    "audio": ("get", "/api/voicemails/{message}/audio", None),
    "claim": ("post", "/api/voicemails/{message}/claim", None),
    "release": ("post", "/api/voicemails/{message}/release", None),
    "done": ("post", "/api/voicemails/{message}/done", None),
    "next": ("put", "/api/agents/me/next-state", {"state": "on_break"}),
    "connect": ("post", "/api/calls/{call}/connect", {"agent": "jane"}),
    "command": ("get", "/api/commands/{command}", None),
}
# todo, audio, claim, release, done, next state, connect, the command that Ada gave
MATRIX = {
    "nobody": (403, 403, 403, 403, 403, 403, 403, 403),
    "stranger": (200, 404, 403, 403, 403, 403, 403, 404),
    "agent": (200, 200, 200, 200, 200, 200, 403, 404),
    "agent of another queue": (200, 404, 404, 404, 404, 200, 403, 404),
    "supervisor": (200, 200, 403, 403, 403, 403, 202, 200),
    "supervisor of others": (200, 404, 403, 403, 403, 403, 404, 404),
    "superuser": (200, 200, 403, 403, 403, 403, 202, 200),
}
WRITES = {name: method != "get" for name, (method, _, _) in ENDPOINTS.items()}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def people(jane, ada, cy):
    other = Team.objects.create(name="Others")
    bob = User.objects.create(username="bob")
    other.supervisors.add(bob)
    kim = User.objects.create(username="kim")
    Agent.objects.create(user=kim, vonage_user="Kim", team=other)
    return {
        "nobody": AnonymousUser(),
        "stranger": cy,
        "agent": jane.user,
        "agent of another queue": kim,
        "supervisor": ada,
        "supervisor of others": bob,
        "superuser": User.objects.create(username="root", is_superuser=True),
    }


@pytest.fixture
def ask(world, sales, jane, ada):
    """What an address replies to this client, about a message and a caller of Sales."""

    def one(client, name):
        world.available(jane)
        caller = world.waits()
        claimed = name in {"release", "done"}
        left = message(
            sales,
            START,
            state="claimed" if claimed else "new",
            agent=jane if claimed else None,
        )
        given = Command.objects.create(
            key="k" * 32,
            call=caller,
            user=ada,
            kind="connect",
            state="done",
            asked_at=START,
            give_up_at=START,
        )
        method, path, body = ENDPOINTS[name]
        address = path.format(message=left.id, call=caller.id, command=given.key)
        reply = getattr(client, method)(address, body, format="json")
        if reply.streaming:
            list(reply.streaming_content)  # the client closes what was read to its end
        return reply.status_code

    return one


def with_key(user, **more):
    client = APIClient(enforce_csrf_checks=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {keys.make(user=user, name='CRM', **more)}")
    return client


CASES = [
    (who, name, status)
    for who, row in MATRIX.items()
    for name, status in zip(ENDPOINTS, row, strict=True)
]


@pytest.mark.parametrize(("who", "name", "status"), CASES)
def test_people_may_do_what_their_place_allows(people, browser, ask, who, name, status):
    assert ask(browser(people[who]), name) == status


@pytest.mark.parametrize(("who", "name", "status"), [one for one in CASES if one[0] != "nobody"])
def test_a_key_may_do_what_its_user_may(people, ask, who, name, status):
    assert ask(with_key(people[who]), name) == status


@pytest.mark.parametrize("who", ["agent", "supervisor", "superuser"])
@pytest.mark.parametrize(("name", "writes"), list(WRITES.items()))
def test_a_key_that_may_only_read_reads_what_its_user_may(people, ask, who, name, writes):
    allowed = dict(zip(ENDPOINTS, MATRIX[who], strict=True))[name]

    status = ask(with_key(people[who], is_read_only=True), name)

    assert status == (403 if writes else allowed)
    assert not Voicemail.objects.filter(state="done").exists()


@pytest.mark.parametrize("name", list(ENDPOINTS))
def test_a_revoked_key_may_do_nothing(people, ask, name):
    client = with_key(people["superuser"])
    keys.revoke(key_id=ApiKey.objects.get().id, now=timezone.now())

    assert ask(client, name) == 401
