"""Takes the pictures in `docs/screenshots/` from a demo of its own: `python -m tools.screenshots`.

Needs Chromium on the PATH.
"""

import base64
import itertools
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from websockets.sync.client import ClientConnection, connect

from tools.people import Agent, Sandbox, dial, wait_until
from tools.stack import ROOT, Stack, free_port

PICTURES = ROOT / "docs" / "screenshots"
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--remote-debugging-port=0",
)  # fmt: skip


class Page:
    """A Chromium page, by the DevTools protocol: https://chromedevtools.github.io/devtools-protocol"""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._numbers = socket, itertools.count(1)

    def ask(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=20))
            if answer.get("id") == number:
                return answer.get("result", {})

    def shoot(self, url: str, path: Path, *, width: int, height: int, scheme: str) -> None:
        """A picture of the page at `url`, in the light or dark colour scheme."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.ask("Emulation.setEmulatedMedia", features=[feature])
        self.ask("Page.navigate", url=url)
        wait_until(lambda: self._is_loaded(url), f"{url} is loaded")
        picture = self.ask("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(picture))

    def _is_loaded(self, url: str) -> bool:
        state = "document.readyState + ' ' + location.href"
        value = self.ask("Runtime.evaluate", expression=state)["result"].get("value", "")
        return bool(value == f"complete {url}")


@contextmanager
def browser(cookies: requests.cookies.RequestsCookieJar, origin: str) -> Iterator[Page]:
    """A fresh Chromium that is logged in by these cookies."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        sys.exit("Chromium is needed to take pictures.")
    with tempfile.TemporaryDirectory() as profile:
        process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            chosen = Path(profile) / "DevToolsActivePort"
            wait_until(chosen.exists, "Chromium starts")
            port = chosen.read_text().splitlines()[0]
            made = requests.put(f"http://127.0.0.1:{port}/json/new?about:blank", timeout=10).json()
            with connect(made["webSocketDebuggerUrl"], max_size=None) as socket:
                page = Page(socket)
                for cookie in cookies:
                    page.ask("Network.setCookie", name=cookie.name, value=cookie.value, url=origin)
                yield page
        finally:
            process.terminate()
            process.wait(timeout=10)


def play(stack: Stack, sandbox: Sandbox) -> int:
    """A call worth looking at: Jane does not answer, Joe does. Returns its id."""
    jane = Agent(stack, sandbox, "jane").behaves("never").open_console().is_("available")
    joe = Agent(stack, sandbox, "joe").behaves("after 1s", tone=1300).is_("available")
    customer = dial(sandbox, stack.described()["numbers"]["menu"], presses="1")
    joe.answers().hears(700)
    customer.hang_up()
    wait_until(lambda: joe.call(joe.call_id)["state"] == "ended", "the call ends")
    for agent in (jane, joe):
        agent.is_("offline").close_console()
    return joe.call_id


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        speed = {"SEED_OFFER": "5", "SEED_WRAP_UP": "2"}
        stack = Stack(Path(home), port=free_port(), sandbox_port=free_port(), environment=speed)
        try:
            stack.start()
            call = play(stack, Sandbox(stack))
            time.sleep(1)  # for the last facts of the legs
            root = Agent(stack, Sandbox(stack), "root")
            pages = {"call": f"admin/calls/call/{call}/change/"}
            with browser(root.session.cookies, stack.web) as page:
                for (name, path), scheme in itertools.product(pages.items(), ("light", "dark")):
                    file = PICTURES / (f"{name}.png" if scheme == "light" else f"{name}-dark.png")
                    url = f"{stack.web}/{path}"
                    page.shoot(url, file, width=1280, height=900, scheme=scheme)
        finally:
            stack.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
