"""A console that is told more than the server says: for views that take long to come about.

Only what is shown is changed, on its way to the page; commands go to the server as ever.
"""

import json
import re
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

Row = dict[str, Any]


class Retold:
    """What one page is told; to be made before the page is opened."""

    def __init__(self, page: Page) -> None:
        self.page, self._version = page, 0
        self._socket: WebSocketRoute | None = None
        self._truth: Row = {}  # the agent's picture, as the server has it
        self._queues: dict[int, Row] = {}  # the queues' rows, as the server has them
        self._colleagues: dict[int, Row] = {}  # and the colleagues'
        self._agent: Row = {}  # what is put over the one
        self._queue: dict[str, Row] = {}  # and over the others, by name; "": over each
        self._people: Row = {}  # and over every colleague
        self._replies: dict[str, Row] = {}  # to commands that the server is not asked, by name
        self.asked: list[Row] = []  # those commands
        page.route_web_socket(re.compile("/ws/console/"), self._carry)

    def agent(self, **facts: Any) -> None:
        """From now on the agent's picture has these; a part that is a dict is merged into its own.

        Without any, the page is told the truth again.
        """
        self._agent = facts
        self._tell()

    def queues(self, only: str = "", **facts: Any) -> None:
        """From now on every queue's row has these, or that of one queue."""
        self._queue[only] = facts
        self._tell()

    def people(self, **facts: Any) -> None:
        """From now on every colleague's row has these."""
        self._people = facts
        self._tell()

    def takes(self, *commands: str) -> None:
        """From now on these commands are taken, and kept in `asked` instead of done."""
        for command in commands:
            self._replies[command] = {"ok": True, "command": f"told-{command}"}

    def refuses(self, command: str, code: str, message: str) -> None:
        """From now on this command is refused."""
        self._replies[command] = {"ok": False, "error": {"code": code, "message": message}}

    def answers(self, path: str, body: Any) -> None:
        """From now on requests for this path of the API get this answer."""
        self.page.unroute(f"**{path}")
        self.page.route(f"**{path}", lambda route: route.fulfill(json=body))

    def _carry(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        server = socket.connect_to_server()
        server.on_message(self._pass)

        def ask(said: str | bytes) -> None:
            if not self._reply(json.loads(said)):
                server.send(said)

        socket.on_message(ask)

    def _reply(self, asked: Row) -> bool:
        """Answer what the server is not to be asked; False: it is."""
        reply = self._replies.get(asked["command"])
        if reply is None:
            return False
        self.asked.append(asked)
        self._send({"type": "result", "id": asked["id"], **reply})
        return True

    def _pass(self, message: str | bytes) -> None:
        """What the server says; its versions are counted anew, because ours come between."""
        frame = json.loads(message)
        shown = {"snapshot": frame, "delta": frame.get("changes")}.get(frame["type"])
        if shown is not None:
            self._learn(shown)
            shown |= self._shown(shown)
            self._version += 1
            frame["version"] = self._version
        self._send(frame)

    def _learn(self, picture: Row) -> None:
        self._truth = picture.get("agent") or self._truth
        for row in picture.get("people", []):
            self._colleagues[row["id"]] = self._colleagues.get(row["id"], {}) | row
        for row in picture.get("queues", []):
            self._queues[row["id"]] = self._queues.get(row["id"], {}) | row

    def _shown(self, parts: Row) -> Row:
        """What the page is told of these parts."""
        over = {name: _over(self._truth.get(name), value) for name, value in self._agent.items()}
        all_told = {
            "agent": self._truth | over,
            "queues": [
                row | self._queue.get("", {}) | self._queue.get(row["name"], {})
                for row in self._queues.values()
            ],
            "people": [row | self._people for row in self._colleagues.values()],
        }
        return {name: told for name, told in all_told.items() if name in parts}

    def _tell(self) -> None:
        if self._socket is None:
            return
        self._version += 1
        changes = self._shown({"agent": None, "queues": None, "people": None})
        self._send({"type": "delta", "version": self._version, "changes": changes})

    def _send(self, frame: Row) -> None:
        if self._socket is not None:
            self._socket.send(json.dumps(frame))


def _over(truth: Any, value: Any) -> Any:
    return truth | value if isinstance(truth, dict) and isinstance(value, dict) else value
