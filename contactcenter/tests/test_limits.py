"""How much of a request we are willing to read, and for how long."""

import asyncio

import pytest

from contactcenter.limits import LimitBody

LIMIT = 10


class Recorder:
    """An application that reads its request, and what came of it all."""

    def __init__(self):
        self.scopes, self.bodies, self.sent = [], [], []

    async def __call__(self, scope, receive, send):
        self.scopes.append(scope)
        self.bodies.append(await receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(self, message):
        self.sent.append(message)

    @property
    def status(self):
        return self.sent[0]["status"]


class Wire:
    """The messages of a request, in order; `read` counts those that were taken."""

    def __init__(self, *messages):
        self.messages, self.read = list(messages), 0

    async def __call__(self):
        if self.read == len(self.messages):
            await asyncio.Event().wait()  # nothing more ever comes
        self.read += 1
        return self.messages[self.read - 1]


def part(body, more=False):
    return {"type": "http.request", "body": body, "more_body": more}


def scope(**headers):
    named = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
    return {"type": "http", "path": "/", "headers": named}


async def ask(wire, asked, *, seconds=10.0):
    application = Recorder()
    limited = LimitBody(application, limit=LIMIT, seconds=seconds)
    await limited(asked, wire, application.send)
    return application


async def test_a_body_within_the_limit_is_handed_over_whole():
    wire = Wire(part(b"01234", more=True), part(b"56789"))

    done = await ask(wire, scope(content_length=b"10"))

    assert done.bodies == [part(b"0123456789")]
    assert done.status == 200


async def test_a_request_without_a_body_is_handed_over():
    done = await ask(Wire({"type": "http.request"}), scope())

    assert done.bodies == [part(b"")]


async def test_a_body_that_is_announced_too_long_is_refused_without_reading_any_of_it():
    wire = Wire(part(b"0123456789x"))

    done = await ask(wire, scope(content_length=b"11"))

    assert (done.status, wire.read, done.scopes) == (413, 0, [])


async def test_a_body_that_grows_too_long_is_not_read_on():
    wire = Wire(*[part(b"0123456", more=True)] * 100)

    done = await ask(wire, scope())

    assert (done.status, wire.read, done.scopes) == (413, 2, [])


async def test_a_body_that_is_longer_than_announced_is_not_read_on():
    wire = Wire(part(b"0123456789x", more=True), part(b"more"))

    done = await ask(wire, scope(content_length=b"3"))

    assert (done.status, wire.read) == (413, 1)


@pytest.mark.parametrize("length", [b"-1", b"ten", b"", b"1.5", b"9" * 5000])
async def test_a_length_that_is_no_length_is_refused(length):
    wire = Wire(part(b"0"))

    done = await ask(wire, scope(content_length=length))

    assert (done.status, wire.read, done.scopes) == (413, 0, [])


async def test_the_name_of_the_length_may_be_in_capitals():
    asked = scope() | {"headers": [(b"Content-Length", b"11")]}

    assert (await ask(Wire(part(b"0")), asked)).status == 413


async def test_a_body_that_does_not_come_in_time_is_refused():
    wire = Wire(part(b"0", more=True))

    done = await ask(wire, scope(), seconds=0)

    assert (done.status, wire.read, done.scopes) == (408, 1, [])


async def test_a_refusal_closes_the_connection_for_more_may_be_on_its_way():
    done = await ask(Wire(), scope(content_length=b"11"))

    assert dict(done.sent[0]["headers"])[b"connection"] == b"close"
    assert done.sent[1] == {"type": "http.response.body", "body": b"Too long."}


async def test_the_time_is_for_reading_alone():
    finished = []

    async def slow(scope, receive, send):
        await receive()
        for _ in range(5):
            await asyncio.sleep(0)
        finished.append(True)

    limited = LimitBody(slow, limit=LIMIT, seconds=0)
    await limited(scope(), Wire(part(b"0")), Recorder().send)

    assert finished


async def test_what_comes_after_the_body_is_handed_over_too():
    seen = []

    async def application(scope, receive, send):
        seen.extend([await receive(), await receive()])

    limited = LimitBody(application, limit=LIMIT, seconds=10)
    await limited(scope(), Wire(part(b"0"), {"type": "http.disconnect"}), Recorder().send)

    assert seen == [part(b"0"), {"type": "http.disconnect"}]


async def test_half_a_body_is_not_taken_for_a_whole_one():
    done = await ask(Wire(part(b"half", more=True), {"type": "http.disconnect"}), scope())

    assert (done.scopes, done.sent) == ([], [])
