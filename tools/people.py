"""Callers and agents as programs that do what people do, by public doors only."""

import json
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from tools.stack import Stack

PATIENCE = 15.0
BEAT = 4.0


def wait_until(
    holds: Callable[[], Any],
    what: str,
    *,
    within: float = PATIENCE,
    seen: Callable[[], object] = str,
) -> Any:
    """The first true value of `holds`, or a failure that says what was waited for."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if found := holds():
            return found
        time.sleep(0.05)
    raise AssertionError(f"In {within:.0f} s it did not happen that {what}. {seen()}")


class Sandbox:
    """The control API of the local Vonage."""

    def __init__(self, stack: Stack, *, but: Collection[str] = ()) -> None:
        """`but`: uuids of legs that are none of our business."""
        self._origin, self._but = stack.sandbox, but
        self._session = requests.Session()

    def get(self, path: str, **query: Any) -> Any:
        return self._call("GET", path, params=query).json()

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        response = self._call("POST", path, json=body or {})
        return response.json() if response.content else None

    def wav(self, uuid: str, seconds: int) -> bytes:
        path = f"calls/{uuid}/heard.wav"
        return self._call("GET", path, params={"seconds": seconds}).content

    def live_legs(self) -> list[dict[str, Any]]:
        live = {"started", "ringing", "answered"}
        ours = (leg for leg in self.get("legs") if leg["uuid"] not in self._but)
        return [leg for leg in ours if leg["status"] in live]

    def end_all_legs(self) -> None:
        """Every far end hangs up."""
        for leg in self.live_legs():
            with suppress(requests.HTTPError):  # it may end by itself meanwhile
                self.post(f"calls/{leg['uuid']}/hangup")

    def _call(self, method: str, path: str, **sent: Any) -> requests.Response:
        response = self._session.request(
            method, f"{self._origin}/sandbox/{path}", timeout=10, **sent
        )
        response.raise_for_status()
        return response


class Party:
    """One leg of a call, with its ears."""

    def __init__(self, sandbox: Sandbox, uuid: str) -> None:
        self.sandbox, self.uuid = sandbox, uuid

    def now(self) -> dict[str, Any]:
        found: dict[str, Any] = self.sandbox.get(f"calls/{self.uuid}")
        return found

    def hears(self, hz: float) -> None:
        """A tone, over a full second that began at least a second after it came."""
        wait_until(lambda: self._heard_for(hz, 2000), f"{self.uuid} hears {hz} Hz", seen=self.now)

    def _heard_for(self, hz: float, ms: int) -> bool:
        heard = self.now()["heard"]
        is_it = heard["peak_hz"] is not None and abs(heard["peak_hz"] - hz) <= 10
        return is_it and heard["rms"] >= 0.02 and heard["since_ms"] >= ms

    def gets_music(self) -> bool:
        return str(self.now()["playing"]).startswith("music:")

    def hears_music(self) -> None:
        wait_until(self.gets_music, f"{self.uuid} gets music")
        self.hears(523)

    def hang_up(self) -> None:
        self.sandbox.post(f"calls/{self.uuid}/hangup")

    def press(self, digits: str) -> None:
        self.sandbox.post(f"calls/{self.uuid}/dtmf", {"digits": digits})

    def lose(self) -> None:
        self.sandbox.post(f"calls/{self.uuid}/lose")

    def has_heard_words(self, words: str) -> None:
        wait_until(
            lambda: any(words in text for text in self.now()["spoken"]), f"{words!r} is said"
        )

    def is_gone(self, *, within: float) -> None:
        wait_until(
            lambda: all(leg["uuid"] != self.uuid for leg in self.sandbox.live_legs()),
            f"leg {self.uuid} is gone",
            within=within,
        )


def dial(sandbox: Sandbox, to: str, *, presses: str = "", **said: Any) -> Party:
    """A robot caller dials one of our numbers, and speaks for ever; `presses` answers the menu."""
    audio = said.pop("audio", {"tone": 700})
    body = {"from": "447700900001", "to": to, "audio": audio, "patience": 0, **said}
    party = Party(sandbox, sandbox.post("calls", body)["uuid"])
    if presses:
        party.has_heard_words("Welcome.")
        party.press(presses)
    return party


class Agent:
    """An agent without a browser: REST, websocket, and a robot that answers."""

    def __init__(
        self,
        stack: Stack,
        sandbox: Sandbox,
        username: str,
        *,
        session: requests.Session | None = None,
    ) -> None:
        """`session`: one in which they have logged in already."""
        self._stack, self.sandbox = stack, sandbox
        user = stack.described()["users"].get(username, {})
        self.vonage_user = user.get("vonage_user") or username
        self._password = user.get("password", "demo-contact-centre")
        self.username = username
        self.session = session or requests.Session()
        self.rung: list[dict[str, Any]] = []  # offers, as the console was told of them
        self._thread: threading.Thread | None = None
        self.call_id = 0  # of the call that `answers` found
        if session is None:
            self._log_in()

    def behaves(self, answer: str, *, tone: int = 1100) -> "Agent":
        self.sandbox.post(f"users/{self.vonage_user}", {"answer": answer, "audio": {"tone": tone}})
        return self

    def open_console(self, *, says_ringing: bool = True) -> "Agent":
        """A websocket with heartbeats that reports ringing, as a browser does."""
        self._says_ringing = says_ringing
        self._is_open = threading.Event()
        self._thread = threading.Thread(target=self._attend, daemon=True)
        self._thread.start()
        self._is_open.wait(PATIENCE)
        return self

    def close_console(self) -> None:
        if self._thread:
            self._socket.close()
            self._thread.join(timeout=5)
            self._thread = None

    def command(self, command: str, **content: Any) -> None:
        self._socket.send(json.dumps({"id": command, "command": command, **content}))

    def is_(self, state: str, reason: str | None = None) -> "Agent":
        """Choose a state, once nothing holds the agent."""
        body = {"state": state, "reason": reason}
        wait_until(lambda: self._put(body).ok, f"{self.username} becomes {state}")
        return self

    def becomes(self, state: str) -> None:
        """Wait until the agent is in this state."""
        wait_until(lambda: self.me()["state"] == state, f"{self.username} is {state}")

    def chooses_next(self, state: str, reason: str | None = None) -> None:
        """What follows the call that holds the agent."""
        body = {"state": state, "reason": reason}
        address = f"{self._stack.web}/api/agents/me/next-state"
        self.session.put(address, json=body, timeout=10).raise_for_status()

    def does(self, path: str, **body: Any) -> requests.Response:
        """Something with a piece of work, such as `voicemails/1/claim`; it may be refused."""
        return self.session.post(f"{self._stack.web}/api/{path}", json=body, timeout=10)

    def calls(self, whom: dict[str, str]) -> dict[str, Any]:
        """Call a number or a colleague: what the reply says of the call that has begun."""
        begun = _taken(self.does("calls", to=whom))
        self.call_id = int(begun["id"])
        return begun

    def asks(self, act: str, **body: Any) -> requests.Response:
        """Something with the agent's call, such as `hold`; it may be refused."""
        return self.does(f"calls/{self.call_id}/{act}", **body)

    def gets(self, act: str, **body: Any) -> None:
        """The same, until it is done."""
        path = f"commands/{_taken(self.asks(act, **body))['command']}"
        outcome = wait_until(
            lambda: (found := self._get(path))["state"] != "pending" and found,
            f"{act} is settled",
            seen=self.me,
        )
        if outcome["error"]:
            raise AssertionError(f"{act} has failed: {outcome}.")

    def hands_on(self, **target: str) -> None:
        """Transfer the agent's call, whose leg then ends."""
        leg = self.answers()
        self.gets("transfer", kind="blind", to=target)
        leg.is_gone(within=3)

    def events(self) -> list[str]:
        """What has happened in the agent's call, in order."""
        return [event["type"] for event in self.call(self.call_id)["events"]]

    def downloads(self, path: str) -> requests.Response:
        """A file, by the path that a reply named."""
        return self.session.get(f"{self._stack.web}{path}", timeout=10)

    def todo(self) -> dict[str, Any]:
        found: dict[str, Any] = self._get("todo")
        return found

    def day(self) -> dict[str, Any]:
        found: dict[str, Any] = self._get("agents/me/day")
        return found

    def me(self) -> dict[str, Any]:
        found: dict[str, Any] = self._get("agents/me")
        return found

    def call(self, call_id: int) -> dict[str, Any]:
        found: dict[str, Any] = self._get(f"calls/{call_id}")
        return found

    def answers(self) -> Party:
        """Wait until the agent is in a call; their leg."""
        call = wait_until(lambda: self.me()["call"], f"{self.username} has a call", seen=self.me)
        self.call_id = int(call["id"])
        return Party(self.sandbox, call["uuid"])

    def _attend(self) -> None:
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.session.cookies)
        address = f"{self._stack.web.replace('http', 'ws', 1)}/ws/console/"
        headers = {"Cookie": cookies}
        with connect(
            address, additional_headers=headers, origin=Origin(self._stack.web)
        ) as self._socket:
            self._is_open.set()
            with suppress(ConnectionClosed):
                while True:
                    self._socket.send('{"command":"beat"}')
                    with suppress(TimeoutError):
                        self._react(json.loads(self._socket.recv(timeout=BEAT)))

    def _react(self, frame: dict[str, Any]) -> None:
        agent = frame.get("agent") or frame.get("changes", {}).get("agent") or {}
        offer = agent.get("offer")
        if offer and offer["id"] not in {known["id"] for known in self.rung}:
            self.rung.append(offer)
            if self._says_ringing:
                self.command("ringing", offer=offer["id"], call_id="")

    def _log_in(self) -> None:
        page = f"{self._stack.web}/login/"
        self.session.get(page, timeout=10)
        token = self.session.cookies["csrftoken"]
        form = {"username": self.username, "password": self._password, "csrfmiddlewaretoken": token}
        self.session.post(page, data=form, timeout=10).raise_for_status()
        self.session.headers["X-CSRFToken"] = self.session.cookies["csrftoken"]

    def _put(self, body: dict[str, Any]) -> requests.Response:
        return self.session.put(f"{self._stack.web}/api/agents/me/state", json=body, timeout=10)

    def _get(self, path: str) -> Any:
        response = self.session.get(f"{self._stack.web}/api/{path}", timeout=10)
        response.raise_for_status()
        return response.json()


def _taken(response: requests.Response) -> dict[str, Any]:
    """What the reply says of something that was taken on; a refusal fails with its reasons."""
    if not response.ok:
        raise AssertionError(f"{response.status_code}: {response.text}")
    found: dict[str, Any] = response.json()
    return found
