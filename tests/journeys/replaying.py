"""Real processes that are fed recorded webhooks, and the platform that they believe to talk to."""

import json
import sqlite3
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from tests.journeys.recording import Sent
from tests.world import authorization
from tools.people import wait_until
from tools.stack import Stack, free_port, read_settings


class Platform:
    """Vonage's REST side: gives the recorded uuids to dials, and says of legs what was sent."""

    def __init__(self, uuids: dict[str, str]) -> None:
        self._uuids, self._status = uuids, dict[str, str]()
        self._dialled: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Platform":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def expects(self, sent: Sent) -> None:
        """A leg of ours cannot be spoken of before it was dialled."""
        if sent.leg_key:
            wait_until(lambda: sent.leg_key in self._dialled, f"leg {sent.leg_key} is dialled")

    def saw(self, sent: Sent) -> None:
        if status := sent.payload.get("status"):
            self._status[sent.payload["uuid"]] = status

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        platform = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                key = body["answer_url"][0].rsplit("/", 1)[1]
                platform._dialled.add(key)
                self._send(201, {"uuid": platform._uuids[key], "status": "started"})

            def do_PUT(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self._send(204, None)

            def do_GET(self) -> None:
                uuid = self.path.rsplit("/", 1)[1]
                self._send(200, {"uuid": uuid, "status": platform._status.get(uuid, "started")})

            def _send(self, status: int, content: dict[str, Any] | None) -> None:
                body = json.dumps(content).encode() if content else b""
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        return Handler


class Web:
    """Web and router on a database of their own, killed and started at will."""

    def __init__(self, home: Path, platform: str) -> None:
        self._home = home
        settings = read_settings(home / ".env")
        self._signing = {
            "secret": settings["VONAGE_SIGNATURE_SECRET"],
            "api_key": settings["VONAGE_API_KEY"],
            "application_id": settings["VONAGE_APPLICATION_ID"],
        }
        self._stack = Stack(
            home, port=free_port(), sandbox_port=free_port(),
            environment={"VONAGE_API_URL": platform, "LOG_LEVEL": "CRITICAL"},
        )  # fmt: skip

    def start(self) -> None:
        self._stack.start_web()

    def kill(self) -> None:
        self._stack.kill_web()

    def stop(self) -> None:
        self._stack.stop()

    def deliver(self, sent: Sent) -> None:
        """The recorded bytes, signed anew."""
        body = sent.body.encode()
        header = authorization(body, iat=datetime.now(UTC), jti=uuid4().hex, **self._signing)
        response = requests.post(
            f"{self._stack.web}{sent.path}",
            data=body,
            headers={"Authorization": header, "Content-Type": "application/json"},
            timeout=10,
        )
        response.raise_for_status()

    def settles(self) -> None:
        """Nothing is waiting to be sent, and nobody is in wrap-up any more.

        What a killed router had claimed is taken up when its claim has run out.
        """
        wait_until(lambda: not self._left(), "everything has been settled", within=40)

    def _left(self) -> int:
        with sqlite3.connect(self._home / "contactcenter.sqlite3") as database:
            left: int = database.execute(
                "SELECT (SELECT count(*) FROM calls_instruction"
                " WHERE state IN ('waiting', 'claimed'))"
                " + (SELECT count(*) FROM agents_agent WHERE wrap_up_until IS NOT NULL)"
            ).fetchone()[0]
        return left
