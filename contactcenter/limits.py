"""How much of a request we are willing to read. Plain ASGI, in front of Django."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class TooLong(Exception):
    """The body passes the limit."""


class Gone(Exception):
    """The client went away before its body was complete."""


class LimitBody:
    """Bodies over `limit` bytes get 413 and slow ones 408; no more is read."""

    def __init__(self, application: Application, *, limit: int, seconds: float) -> None:
        self.application, self.limit, self.seconds = application, limit, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(self.seconds):
                request = _Replay(await self._read(scope, receive), receive)
        except TooLong:
            await _refuse(send, 413, "Too long.")
        except TimeoutError:
            await _refuse(send, 408, "Too slow.")
        except Gone:
            return
        else:
            await self.application(scope, request, send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        headers = {name.lower(): value for name, value in scope["headers"]}
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or len(declared) > 18 or int(declared) > self.limit:
            raise TooLong
        body = bytearray()  # grows in place, however small the parts are
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise Gone
            body += message.get("body", b"")
            if len(body) > self.limit:
                raise TooLong
            if not message.get("more_body", False):
                return bytes(body)


class _Replay:
    """Hand over the body that was read, then whatever comes after it."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._first: Message | None = {"type": "http.request", "body": body, "more_body": False}
        self._receive = receive

    async def __call__(self) -> Message:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return await self._receive()


async def _refuse(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
