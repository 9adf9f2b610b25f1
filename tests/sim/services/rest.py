"""Our requests, as the platform in memory takes them."""

import io
import json
import random
import re
from collections import deque
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from tests.sim.services.platform import Platform, PlatformLeg


class Rest(BaseAdapter):
    """Our requests, as the platform takes them: with its limits, and with its bad days."""

    def __init__(self, platform: Platform, *, seed: int, setups: int, requests_: int) -> None:
        super().__init__()
        self._platform = platform
        self._dice = random.Random(f"{seed}/rest")  # noqa: S311
        self._limits = {"POST": setups, "": requests_}
        self._taken: dict[str, deque[float]] = {"POST": deque(), "": deque()}
        self.made = 0

    def close(self) -> None:
        pass

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        self.made += 1
        faults, dice = self._platform.faults, self._dice
        body = json.loads(request.body) if request.body else {}
        path = urlsplit(request.url).path
        self._count("POST" if request.method == "POST" else "")
        if dice.random() < faults.api_429:
            return self._response(request, 429)
        if dice.random() < faults.api_5xx:
            return self._response(request, 503)
        if dice.random() < faults.api_timeout:
            if dice.random() < faults.timeout_executed:
                self._take(request.method, path, body)
            raise requests.ReadTimeout("the platform is silent")
        status, content = self._take(request.method, path, body)
        return self._response(request, status, content)

    def _count(self, kind: str) -> None:
        """Nobody may ever send more than the account allows in any one second."""
        taken, now = self._taken[kind], self._platform.clock.seconds
        while taken and taken[0] <= now - 1:
            taken.popleft()
        taken.append(now)
        if len(taken) > self._limits[kind]:
            self._platform.problems.append(f"{len(taken)} {kind or 'other'} requests in a second")

    def _take(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if method == "POST":
            return 201, self._dial(body)
        if path.startswith("/v1/files/"):
            return 200, b"RIFF a message"
        found = re.fullmatch(r"/v1/calls/([^/]+)(/talk)?", path)
        leg = self._platform.legs.get(found[1]) if found else None
        if leg is None or (method == "PUT" and not leg.is_live):
            return 404, {"title": "Not Found"}
        if method == "GET":
            status = leg.status
            ended = {} if leg.is_live else {"disconnected_by": "platform"}
            return 200, {"uuid": leg.uuid, "status": status, **ended}
        return self._change(leg, body, is_talk=bool(found and found[2]))

    def _change(self, leg: PlatformLeg, body: dict[str, Any], *, is_talk: bool) -> tuple[int, Any]:
        if is_talk:
            leg.heard.append(body["text"])
            return (200, {}) if leg.status == "answered" else (400, {"title": "Bad Request"})
        if body["action"] == "hangup":
            self._platform.end(leg, "cancelled", by="platform")
        elif leg.status != "answered":
            return 400, {"title": "Bad Request"}
        else:
            self._platform.run(leg, body["destination"]["ncco"])
        return 204, None

    def _dial(self, body: dict[str, Any]) -> dict[str, Any]:
        leg = self._platform.dial(body)
        return {"uuid": leg.uuid, "status": "started", "direction": "outbound",
                "conversation_uuid": f"CON-{leg.uuid[:8]}"}  # fmt: skip

    def _response(self, request: Any, status: int, content: Any = None) -> requests.Response:
        response = requests.Response()
        response.status_code, response.request, response.url = status, request, request.url
        raw = content if isinstance(content, bytes) else json.dumps(content or {}).encode()
        response.raw = io.BytesIO(raw)
        response.headers["Content-Type"] = (
            "audio/mpeg" if isinstance(content, bytes) else "application/json"
        )
        return response
