"""`make run`: the demo, until Ctrl-C."""

import os
import signal
import subprocess
import sys

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
        stack.start()
        print(_welcome(stack), flush=True)
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


def _welcome(stack: Stack) -> str:
    users = stack.described()["users"]
    logins = "\n".join(
        f"  {name:<6} {user['password']}   ({user['role']})" for name, user in users.items()
    )
    return (
        f"\nContact centre  {stack.web}\nAdmin           {stack.web}/admin/\n"
        f"Sandbox         {stack.sandbox}\n\nLog-ins\n{logins}\n\nCtrl-C ends everything.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
