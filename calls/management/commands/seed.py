import json
import os
import time
from pathlib import Path
from typing import Any

import requests
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from calls import demo
from calls.platform_setup import Platform
from contactcenter import environment

SANDBOX_TRIES, SANDBOX_PAUSE = 300, 0.1  # half a minute


class Command(BaseCommand):
    help = "Migrates, and makes the demo: rows here, application, numbers and users at the sandbox."

    def handle(self, *args: Any, **options: Any) -> None:
        if (
            "localhost" not in settings.VONAGE_API_URL
            and "127.0.0.1" not in settings.VONAGE_API_URL
        ):
            raise CommandError("The demo is only ever made on a sandbox (VONAGE_API_URL).")
        call_command("migrate", verbosity=0)
        plan = demo.Plan(
            password=settings.DEMO_PASSWORD,
            offer_seconds=environment.number("SEED_OFFER", 20, low=1, high=120),
            wrap_up_seconds=environment.number("SEED_WRAP_UP", 30, low=0, high=900),
            extra_agents=environment.number("SEED_AGENTS", 0, low=0, high=1000),
            second_team=environment.flag("SEED_SECOND_TEAM", False),
        )
        agents = demo.build(plan)
        _await_sandbox()
        platform = Platform()
        application_id, private_key = platform.ensure_application(name="Contact centre")
        _remember(VONAGE_APPLICATION_ID=application_id, VONAGE_PRIVATE_KEY=private_key)
        for number in (demo.MENU, demo.FOUNDING, demo.JANE):
            platform.ensure_number(number, country="GB")
        for agent in agents:
            platform.ensure_user(agent.vonage_user, display_name=str(agent))
        _describe(plan)
        connections.close_all()


def _await_sandbox() -> None:
    """It may have been started at the same moment as we were."""
    for _ in range(SANDBOX_TRIES):
        try:
            requests.get(f"{settings.VONAGE_API_URL}/health/ready", timeout=2)
        except requests.ConnectionError:
            time.sleep(SANDBOX_PAUSE)
        else:
            return
    raise CommandError(f"The sandbox does not answer at {settings.VONAGE_API_URL}.")


def _remember(**values: str) -> None:
    """Keep what the platform gave us where the settings are read from."""
    path = Path(settings.ENV_FILE)
    lines = path.read_text().splitlines() if path.exists() else []
    kept = [line for line in lines if line.partition("=")[0] not in values]
    kept += [f"{name}='{value}'" for name, value in values.items()]
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("\n".join(kept) + "\n")


def _describe(plan: demo.Plan) -> None:
    """What a program needs to try the demo."""
    roles = {"jane": "agent", "joe": "agent", "ada": "supervisor", "root": "operator"}
    platform_users = {"jane": "Jane", "joe": "Joe", "ada": "Ada"}
    described = {
        "web": settings.PUBLIC_URL,
        "sandbox": settings.VONAGE_API_URL,
        "numbers": {"menu": demo.MENU, "founding": demo.FOUNDING, "jane": demo.JANE},
        "users": {
            name: {"password": plan.password, "role": role, "vonage_user": platform_users.get(name)}
            for name, role in roles.items()
        },
    }
    folder = Path(os.environ.get("VAR_DIR", settings.BASE_DIR / "var"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "demo.json").write_text(json.dumps(described, indent=2) + "\n")
