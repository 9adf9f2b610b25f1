"""The Vonage user JWT for an agent's own browser."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from agents.errors import NotConfigured
from contactcenter.vonage import tokens

LIFETIME = timedelta(hours=1)


def mint(*, vonage_user: str, now: datetime) -> dict[str, Any]:
    """A token for this platform user, and where the client SDK shall use it."""
    if not settings.VONAGE_APPLICATION_ID or not settings.VONAGE_PRIVATE_KEY:
        raise NotConfigured("VONAGE_APPLICATION_ID and VONAGE_PRIVATE_KEY are not set.")
    key = tokens.Key(
        application_id=settings.VONAGE_APPLICATION_ID,
        private_key=tokens.load_key(settings.VONAGE_PRIVATE_KEY),
    )
    return {
        "token": tokens.user_token(key, user=vonage_user, now=now, lifetime=LIFETIME),
        "expires_at": now + LIFETIME,
        "user": vonage_user,
        "application_id": settings.VONAGE_APPLICATION_ID,
        "api_url": settings.VONAGE_API_URL,
        "websocket_url": settings.VONAGE_WS_URL,
        "websocket_path": settings.VONAGE_WS_PATH,
    }
