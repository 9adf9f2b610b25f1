"""What one sandbox is told from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """The account's credentials, where to listen, and where to remember.

    `state` is the JSON file of applications, users and numbers; None keeps them in memory only.
    """

    api_key: str
    api_secret: str = field(repr=False)
    signature_secret: str = field(repr=False)
    port: int = 8100
    state: Path | None = None


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings; raises ValueError with one sentence that names the variable."""
    state = environment.get("SANDBOX_STATE", "")
    return Settings(
        api_key=_needed(environment, "VONAGE_API_KEY"),
        api_secret=_needed(environment, "VONAGE_API_SECRET"),
        signature_secret=_needed(environment, "VONAGE_SIGNATURE_SECRET"),
        port=_port(environment.get("SANDBOX_PORT", "8100")),
        state=Path(state) if state else None,
    )


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise ValueError(f"{name} must be set.")
    # During a rotation the variable holds two secrets; the platform signs with the first.
    return value.split(",")[0].strip() if name == "VONAGE_SIGNATURE_SECRET" else value


def _port(text: str) -> int:
    if not text.isdigit() or not 0 <= int(text) <= 65535:
        raise ValueError("SANDBOX_PORT must be a port number.")
    return int(text)
