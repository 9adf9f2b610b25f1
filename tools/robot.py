"""A robot agent: logs in, is available, and answers whatever rings. `make robot AGENT=joe`."""

import json
import signal
import sys
import threading

import requests

from tools.people import Agent, Sandbox
from tools.stack import ROOT, Stack

TONES = {"jane": 1100, "joe": 1300}


def main() -> int:
    username = sys.argv[1] if len(sys.argv) > 1 else "jane"
    try:
        addresses = json.loads((ROOT / "var" / "demo.json").read_text())
        stack = Stack.running(ROOT / "var", web=addresses["web"], sandbox=addresses["sandbox"])
        agent = Agent(stack, Sandbox(stack), username)
    except (OSError, requests.RequestException):
        print("Start the contact centre first, with `make run`.", file=sys.stderr)
        return 1
    tone = TONES.get(username, 1500)
    agent.behaves("after 2s", tone=tone).open_console().is_("available")
    print(
        f"{username} is available, and says {tone} Hz to whoever calls. Ctrl-C ends it.", flush=True
    )
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    over.wait()
    agent.is_("offline")
    agent.close_console()
    return 0


if __name__ == "__main__":
    sys.exit(main())
