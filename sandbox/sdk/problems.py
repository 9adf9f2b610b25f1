"""Refusals as the Client SDK reads them."""

from __future__ import annotations

from aiohttp import web

from sandbox.problems import Problem


class Refusal(Problem):
    """A request is answered with `status` and a body whose `code` the SDK passes on."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(status, code, detail, code=code)

    def response(self) -> web.Response:
        return web.json_response(self.body, status=self.status)


def no_call() -> Refusal:
    return Refusal(404, "rtc:error:not-found", "There is no call with that id.")


def no_conversation() -> Refusal:
    return Refusal(404, "conversation:error:not-found", "There is no conversation with that id.")
