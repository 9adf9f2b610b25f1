"""The rows of the account, and the file they are kept in."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

INVENTORY = tuple(str(number) for number in range(442079460000, 442079460100))


@dataclass
class Application:
    """`capabilities` and `privacy` are kept as the customer wrote them."""

    id: str
    name: str
    public_key: str
    capabilities: dict[str, Any] = field(default_factory=dict)
    privacy: dict[str, Any] = field(default_factory=dict)

    def key(self) -> RSAPublicKey | None:
        """The key its JWTs are verified with; None if it has none, or one of another kind."""
        if not self.public_key:
            return None
        key = load_pem_public_key(self.public_key.encode())
        return key if isinstance(key, RSAPublicKey) else None

    @property
    def voice(self) -> dict[str, Any] | None:
        voice: dict[str, Any] | None = self.capabilities.get("voice")
        return voice

    @property
    def region(self) -> str:
        return str((self.voice or {}).get("region") or "eu-west")

    def signed(self, capability: str) -> bool:
        return bool((self.capabilities.get(capability) or {}).get("signed_callbacks", True))

    def webhook(self, capability: str, name: str) -> dict[str, Any] | None:
        """Settings of one webhook, if it has an address."""
        webhooks = (self.capabilities.get(capability) or {}).get("webhooks") or {}
        found: dict[str, Any] = webhooks.get(name) or {}
        return found if found.get("address") else None


@dataclass
class User:
    """A user of an application; `extra` holds image_url, properties and channels."""

    id: str
    name: str
    display_name: str
    application_id: str
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Number:
    """An owned number; `callbacks` are the other fields of the last update."""

    country: str
    msisdn: str
    app_id: str = ""
    type: str = "landline"
    features: tuple[str, ...] = ("VOICE",)
    callbacks: dict[str, str] = field(default_factory=dict)


class Account:
    """Applications by id, users by id, numbers by msisdn; `save` after every change."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.applications: dict[str, Application] = {}
        self.users: dict[str, User] = {}
        self.numbers: dict[str, Number] = {}
        if path is not None and path.exists():
            self._load(json.loads(path.read_text()))

    def user(self, application_id: str, name: str) -> User | None:
        """The user of that name in that application."""
        return next((user for user in self.users_of(application_id) if user.name == name), None)

    def users_of(self, application_id: str) -> list[User]:
        """The users of an application, oldest first."""
        return [user for user in self.users.values() if user.application_id == application_id]

    def application_of(self, msisdn: str) -> Application | None:
        """The application that answers calls to one of our numbers."""
        number = self.numbers.get(msisdn)
        return self.applications.get(number.app_id) if number else None

    def clear(self) -> None:
        self.applications.clear()
        self.users.clear()
        self.numbers.clear()
        self.save()

    def save(self) -> None:
        """Write the file whole or not at all, readable by its owner only."""
        if self.path is None:
            return
        rows = {
            "applications": [asdict(row) for row in self.applications.values()],
            "users": [asdict(row) for row in self.users.values()],
            "numbers": [asdict(row) for row in self.numbers.values()],
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_name(self.path.name + ".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(rows, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)

    def _load(self, rows: dict[str, list[dict[str, Any]]]) -> None:
        self.applications = {row["id"]: Application(**row) for row in rows["applications"]}
        self.users = {row["id"]: User(**row) for row in rows["users"]}
        numbers = [Number(**{**row, "features": tuple(row["features"])}) for row in rows["numbers"]]
        self.numbers = {number.msisdn: number for number in numbers}
