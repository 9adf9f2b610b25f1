"""`make run`: the demo, until Ctrl-C."""

import os
import signal
import subprocess
import sys

from tools import client_sdk
from tools.stack import ROOT, NotReady, Stack

# What somebody who tries the demo may want to set.
SETTINGS = (
    "DATABASE_URL", "REDIS_URL", "DEMO_PASSWORD", "DEBUG", "ENV_FILE", "ROUTER_EMBEDDED",
    "SEED_AGENTS", "SEED_OFFER", "SEED_SECOND_TEAM", "SEED_WRAP_UP", "SANDBOX_SPEECH",
    "VONAGE_SETUPS_PER_SECOND", "VONAGE_REQUESTS_PER_SECOND",
)  # fmt: skip


def main() -> int:
    stack = Stack(
        ROOT / "var",
        port=int(os.environ.get("PORT") or 8000),
        sandbox_port=int(os.environ.get("SANDBOX_PORT") or 8100),
        environment={
            "ENV_FILE": str(ROOT / ".env"),
            **{name: os.environ[name] for name in SETTINGS if name in os.environ},
        },
    )
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        missing = _fetch_sdk()
        stack.start()
        print(_welcome(stack, missing), flush=True)
        stack.wait()
        print("A process has ended; stopping the others.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    except (NotReady, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        # Whoever presses Ctrl-C twice must not leave half of it running.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        stack.stop()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _fetch_sdk() -> str:
    """Without it the demo runs on, robots only; the sentence that says so, or none."""
    try:
        client_sdk.fetch(client_sdk.SDK)
    except client_sdk.NotFetched as error:
        return f"{client_sdk.without_sdk(error)}\n\n"
    return ""


def _welcome(stack: Stack, missing: str) -> str:
    users = stack.described()["users"]
    logins = "\n".join(
        f"  {name:<6} {user['password']}   ({user['role']})" for name, user in users.items()
    )
    return (
        f"\nContact centre  {stack.web}\nAdmin           {stack.web}/admin/\n"
        f"A phone to call {stack.sandbox}\n\nLog-ins\n{logins}\n\n"
        f"{missing}Ctrl-C ends everything.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
