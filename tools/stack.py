"""The whole system as processes of this machine: sandbox, web with its router, a seeded database.

`make run` is this with a person in front of it; journeys and benchmarks start their own, on free
ports and in a folder of their own. Standard library only.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN = 60.0
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LOG_LEVEL", "VIRTUAL_ENV")


class NotReady(Exception):
    """A process ended, or did not answer in time."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _refuse_taken(port: int) -> None:
    """Somebody else's answers must not be taken for those of our process."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise NotReady(f"Port {port} is in use; set PORT and SANDBOX_PORT.") from error


class Stack:
    """Starts, stops and kills the processes; everything it keeps is below `home`."""

    def __init__(
        self, home: Path, *, port: int, sandbox_port: int, environment: dict[str, str] | None = None
    ) -> None:
        """`environment` are settings on top of those that the demo needs; nothing else is taken
        from outside but what programs need to run at all.
        """
        self.home = home
        self.web, self.sandbox = f"http://localhost:{port}", f"http://localhost:{sandbox_port}"
        self._port, self._sandbox_port = port, sandbox_port
        home.mkdir(parents=True, exist_ok=True)
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        self.environment = {
            **inherited,
            "ENV_FILE": str(home / ".env"),
            "VAR_DIR": str(home),
            "PUBLIC_URL": self.web,
            "VONAGE_API_URL": self.sandbox,
            "VONAGE_REST_URL": self.sandbox,
            "VONAGE_WS_URL": self.sandbox,
            "SANDBOX_PORT": str(sandbox_port),
            "SANDBOX_STATE": str(home / "sandbox.json"),
            "DATABASE_URL": f"sqlite:///{home / 'contactcenter.sqlite3'}",
            "MEDIA_ROOT": str(home / "media"),
            **(environment or {}),
        }
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @classmethod
    def running(cls, home: Path, *, web: str, sandbox: str) -> "Stack":
        """One that somebody else has started, at these addresses."""
        ports = (urlsplit(origin).port or 80 for origin in (web, sandbox))
        return cls(home, port=next(ports), sandbox_port=next(ports))

    def start(self) -> None:
        """Everything, from nothing or from what an earlier start has left."""
        self.environment |= _keys(Path(self.environment["ENV_FILE"]), self.sandbox)
        _refuse_taken(self._sandbox_port)
        _refuse_taken(self._port)
        # The seed has rows to make before it needs the sandbox, so they start together.
        self._start("sandbox", [sys.executable, "-m", "sandbox"])
        self.seed()
        self.start_web()

    def seed(self) -> None:
        subprocess.run(
            [sys.executable, "manage.py", "seed"], cwd=ROOT, env=self.environment, check=True
        )

    def start_web(self) -> None:
        _refuse_taken(self._port)
        command = [sys.executable, "manage.py", "serve", "--port", str(self._port)]
        self._start("web", command)
        self._await(self.web, "web")

    def start_router(self) -> None:
        """One more router, in a process of its own beside the one that web has, once it runs."""
        command = [sys.executable, "-u", "manage.py", "run_router"]
        self._start("router", command, stdout=subprocess.PIPE)
        said = self._processes["router"].stdout
        if said is None or not said.readline():
            raise NotReady("The router did not start; its reason stands above.")

    def stop_router(self) -> None:
        self._stop("router")

    def kill_web(self) -> None:
        """End web and router as a power cut would."""
        process = self._processes.pop("web")
        process.kill()
        process.wait()

    def stop(self) -> None:
        """End everything this stack started, the sandbox last: nothing is left unanswered."""
        for name in ("router", "web", "sandbox"):
            self._stop(name)

    def wait(self) -> None:
        """Until a process ends by itself."""
        while all(process.poll() is None for process in self._processes.values()):
            time.sleep(0.2)

    def described(self) -> dict[str, Any]:
        """What the seed wrote down for programs."""
        found: dict[str, Any] = json.loads((self.home / "demo.json").read_text())
        return found

    def _start(self, name: str, command: list[str], stdout: int | None = None) -> None:
        # A session of its own: Ctrl-C reaches us alone, and we end the others in order.
        self._processes[name] = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=stdout, start_new_session=True
        )

    def _stop(self, name: str) -> None:
        process = self._processes.pop(name, None)
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()

    def _await(self, origin: str, name: str) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            if self._processes[name].poll() is not None:
                raise NotReady(f"The {name} did not start; its reason stands above.")
            try:
                with urllib.request.urlopen(f"{origin}/health/ready", timeout=2):  # noqa: S310
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise NotReady(f"The {name} did not answer within {READY_WITHIN:.0f} s.")


def _keys(path: Path, sandbox: str) -> dict[str, str]:
    """Secrets of this installation, made once; both processes read them."""
    known = read_settings(path)
    wanted = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "VONAGE_API_KEY": secrets.token_hex(4),
        "VONAGE_API_SECRET": secrets.token_urlsafe(16),
        "VONAGE_SIGNATURE_SECRET": secrets.token_urlsafe(32),
        "VONAGE_API_URL": sandbox,
    }
    missing = {name: value for name, value in wanted.items() if name not in known}
    if missing:
        path.touch(mode=0o600)
        path.chmod(0o600)
        with path.open("a") as file:
            file.writelines(f"{name}='{value}'\n" for name, value in missing.items())
    secret = ("VONAGE_API_KEY", "VONAGE_API_SECRET", "VONAGE_SIGNATURE_SECRET")
    return {name: known.get(name) or missing[name] for name in secret}


def read_settings(path: Path) -> dict[str, str]:
    """The names and values that an .env file of ours holds."""
    if not path.exists():
        return {}
    pairs = (line.partition("=") for line in path.read_text().splitlines())
    return {name: value.strip("'") for name, _, value in pairs if name}
