"""Processes under measurement: starting them, finding them, and what they have used."""

import ctypes
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from bench.noise import TICK, busy_seconds
from tools.stack import ROOT, NotReady, Stack, free_port

READY_WITHIN = 15.0
LIBC = ctypes.CDLL(None)
# The seed writes these to the file that the stack's processes read; ours must not stand before.
SEEDED = ("VONAGE_APPLICATION_ID", "VONAGE_PRIVATE_KEY", "VONAGE_PRIVATE_KEY_FILE")


@dataclass(frozen=True, slots=True)
class Used:
    """Between two moments: seconds by the clock, CPU seconds, and cores that others used.

    `loop` is what the server's first thread used of `server`: its event loop.
    """

    wall: float
    server: float
    loop: float
    database: float
    foreign: float


class Meter:
    """Counts from its making. `server` and `database` are the processes to tell apart.

    The process tree of this interpreter and the database count as ours; all else is foreign.
    """

    def __init__(self, *, server: int, database: str = "") -> None:
        self._server, self._database = server, database
        self._began = self._now()

    def read(self) -> Used:
        wall, server, loop, database, ours, busy = (
            after - before for before, after in zip(self._began, self._now(), strict=True)
        )
        return Used(wall, server, loop, database, foreign=max(0.0, (busy - ours) / wall))

    def _now(self) -> tuple[float, float, float, float, float, float]:
        wall, busy = time.perf_counter(), busy_seconds()
        database = cpu_seconds(backends(self._database))
        server, ours = cpu_seconds(tree(self._server)), cpu_seconds(tree(os.getpid()))
        loop = _first_thread(self._server)
        return wall, server, loop, database, ours + database, busy


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of these processes, with their ended threads.

    The same sum as utime + stime in /proc, but that is cut to ticks of 10 ms, and a do-nothing
    server uses few of those in a round.
    """
    return sum(_cpu_of(pid) for pid in pids)


def _cpu_of(pid: int) -> float:
    clock = ctypes.c_int()
    if LIBC.clock_getcpuclockid(pid, ctypes.byref(clock)):
        return 0.0
    try:
        return time.clock_gettime(clock.value)
    except OSError:
        return 0.0


def _first_thread(pid: int) -> float:
    """CPU seconds, cut to ticks: no other process's thread has a clock for us."""
    user, system = _status(f"{pid}/task/{pid}")[11:13]
    return (int(user) + int(system)) * TICK


def tree(root: int) -> set[int]:
    """This process and all that descend from it."""
    parents = {pid: _parent(pid) for pid in _pids()}
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def backends(database: str) -> set[int]:
    """PostgreSQL's processes for this database, where it runs on this machine."""
    if not database:
        return set()
    return {pid for pid in _pids() if f" {database} " in _command(pid).decode(errors="replace")}


def child(*words: str) -> int:
    """Our child process whose command line has these words."""
    wanted = {word.encode() for word in words}
    for pid in _pids():
        if _parent(pid) == os.getpid() and wanted <= set(_command(pid).split(b"\0")):
            return pid
    raise NotReady(f"No process of ours runs {' '.join(words)}.")


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdecimal()]


def _parent(pid: int) -> int:
    try:
        return int(_status(str(pid))[1])
    except OSError:
        return 0


def _status(task: str) -> list[str]:
    """What the kernel says of this task, from its state on, which is the third field."""
    text = Path(f"/proc/{task}/stat").read_text()
    return text.rpartition(")")[2].split()  # a name may have spaces and brackets


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@contextmanager
def pinned(which: int) -> Iterator[None]:
    """Run this thread, and what it starts, on the first (0) or last (-1) core that we may use."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(allowed)[which]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


@contextmanager
def running_stack(environment: dict[str, str]) -> Iterator[Stack]:
    """The whole system, seeded, on free ports and in a folder of its own that goes with it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as home:
        stack = Stack(
            Path(home),
            port=free_port(),
            sandbox_port=free_port(),
            environment={"ROUTER_EMBEDDED": "true", "LOG_LEVEL": "WARNING", **environment},
        )
        for name in SEEDED:
            stack.environment.pop(name, None)
        try:
            with pinned(0):
                stack.start()
            yield stack
        finally:
            stack.stop()


@contextmanager
def running_baseline(*arguments: str, module: str = "bench.baseline") -> Iterator[tuple[str, int]]:
    """A server that does the least, `module` with these arguments: its address, and its process."""
    port = free_port()
    command = [sys.executable, "-m", module, str(port), *arguments]
    with pinned(0):
        process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        _await(f"http://localhost:{port}/", process)
        yield f"http://localhost:{port}", process.pid
    finally:
        process.terminate()
        process.wait()


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise NotReady("The baseline did not start.")
