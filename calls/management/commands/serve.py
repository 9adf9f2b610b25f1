from typing import Any

import uvicorn
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandParser

from contactcenter.vonage.tokens import load_key

NEEDED = (
    "VONAGE_API_KEY",
    "VONAGE_API_SECRET",
    "VONAGE_APPLICATION_ID",
    "VONAGE_PRIVATE_KEY",
)

# Longer than proxies keep a connection (nginx: 60 seconds): who closes it first must not be we, or
# a request that is just on its way is lost with it.
KEPT_FOR = 75  # seconds


class Command(BaseCommand):
    help = "Serves web, websockets and (unless ROUTER_EMBEDDED=false) the router."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        check_account()
        uvicorn.run(
            "contactcenter.asgi:application",
            host=options["host"],
            port=options["port"],
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            ws_max_size=64 * 1024,
            timeout_graceful_shutdown=5,
            timeout_keep_alive=KEPT_FOR,
            access_log=False,
            log_level="warning",
            log_config=None,
            lifespan="on",
        )


def check_account() -> None:
    """Refuse to start without what a call needs; an unsigned world is not an option."""
    for name in NEEDED:
        if not getattr(settings, name):
            raise ImproperlyConfigured(f"{name} must be set.")
    if not settings.VONAGE_SIGNATURE_SECRETS:
        raise ImproperlyConfigured("VONAGE_SIGNATURE_SECRET must be set.")
    try:
        load_key(settings.VONAGE_PRIVATE_KEY)
    except ValueError as error:
        raise ImproperlyConfigured(f"VONAGE_PRIVATE_KEY cannot be used: {error}") from error
