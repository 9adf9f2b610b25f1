"""Making our application, numbers and users at Vonage, through Vonage's own endpoints."""

from typing import Any

from cryptography.hazmat.primitives import serialization
from django.conf import settings

from contactcenter.vonage.client import Vonage
from contactcenter.vonage.tokens import Key, load_key


class Platform:
    """The account in the settings. Everything is made once; what is there stays."""

    def __init__(self) -> None:
        self._vonage = self._client(None)

    def ensure_application(self, *, name: str) -> tuple[str, str]:
        """The application with our webhooks; returns its id and private key (PEM, one line)."""
        body = {"name": name, "capabilities": capabilities(settings.PUBLIC_URL)}
        known = settings.VONAGE_APPLICATION_ID
        found = known and settings.VONAGE_PRIVATE_KEY and self._vonage.get_application(known)
        if found:
            public_key = _public_half(settings.VONAGE_PRIVATE_KEY)
            self._vonage.update_application(known, {**body, "keys": {"public_key": public_key}})
            application_id, private_key = known, settings.VONAGE_PRIVATE_KEY
        else:
            made = self._vonage.create_application(body)
            application_id, private_key = made["id"], made["keys"]["private_key"]
        self._application_id = application_id
        self._vonage = self._client(Key(application_id, load_key(private_key)))
        return application_id, private_key.strip().replace("\n", "\\n")

    def ensure_number(self, number: str, *, country: str) -> None:
        """Buy the number unless it is ours, and link it to the application."""
        if not self._vonage.owned_numbers(pattern=number):
            self._vonage.buy_number(country=country, msisdn=number)
        self._vonage.link_number(
            country=country, msisdn=number, application_id=self._application_id
        )

    def ensure_user(self, name: str, *, display_name: str) -> None:
        if self._vonage.find_user(name) is None:
            self._vonage.create_user(name=name, display_name=display_name)

    def _client(self, key: Key | None) -> Vonage:
        return Vonage(
            api_url=settings.VONAGE_API_URL,
            rest_url=settings.VONAGE_REST_URL,
            key=key,
            api_key=settings.VONAGE_API_KEY,
            api_secret=settings.VONAGE_API_SECRET,
        )


def capabilities(public_url: str) -> dict[str, Any]:
    """Where Vonage shall call us; it asks by POST and signs."""

    def hook(path: str, **limits: int) -> dict[str, Any]:
        return {"address": f"{public_url}/webhooks/{path}", "http_method": "POST", **limits}

    return {
        "voice": {
            "webhooks": {
                "answer_url": hook("answer", connect_timeout=1000, socket_timeout=5000),
                "fallback_answer_url": hook("fallback", connect_timeout=1000, socket_timeout=5000),
                "event_url": hook("event", connect_timeout=1000, socket_timeout=10000),
            },
            "signed_callbacks": True,
        },
        "rtc": {"webhooks": {"event_url": hook("rtc")}, "signed_callbacks": True},
    }


def _public_half(private_key: str) -> str:
    return (
        load_key(private_key)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
