"""What is read of a request, wherever it goes, before Django hears of it."""

import asyncio

import pytest
from django.conf import settings

from contactcenter import asgi

LIMIT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
GONE = {"type": "http.disconnect"}


class Client:
    """Says these messages of a request, then nothing; keeps what it is answered."""

    def __init__(self, *messages):
        self.messages, self.read, self.sent = messages, 0, []

    async def receive(self):
        if self.read == len(self.messages):
            await asyncio.Event().wait()
        self.read += 1
        return self.messages[self.read - 1]

    async def send(self, message):
        self.sent.append(message)

    async def asks(self, method, path, **headers):
        named = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": [(b"host", b"localhost"), *named],
        }
        await asgi.application(scope, self.receive, self.send)
        return self.sent[0]["status"]


def part(body=b"", more=False):
    return {"type": "http.request", "body": body, "more_body": more}


# Some servers hand on a request line's target as it stands: an address, or a mere asterisk.
@pytest.mark.parametrize(
    "path", ["/login/", "/admin/login/", "/api/calls", "/webhooks", "/", "http://ours/login/", "*"]
)
async def test_a_body_that_no_page_of_ours_takes_is_refused_before_it_is_read(path):
    client = Client(part(b"0", more=True), GONE)

    assert await client.asks("POST", path, content_length=str(LIMIT + 1).encode()) == 413
    assert client.read == 0


async def test_a_body_without_end_is_not_read_on():
    client = Client(*[part(b"\0" * 1_000_000, more=True)] * 10, GONE)

    assert await client.asks("POST", "/login/", transfer_encoding=b"chunked") == 413
    assert client.read == LIMIT // 1_000_000 + 1


async def test_a_form_that_does_not_come_in_time_is_refused(monkeypatch):
    monkeypatch.setattr(asgi.with_middleware, "seconds", 0)

    assert await Client(part(b"username=", more=True)).asks("POST", "/login/") == 408


async def test_a_page_that_is_asked_for_without_a_body_is_answered():
    client = Client(part())

    assert await client.asks("GET", "/health/live") == 200
    assert client.sent[1]["body"] == b"ok"
