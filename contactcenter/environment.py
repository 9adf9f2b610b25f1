"""Reading settings from the environment, refusing what cannot be right.

Every reader names the variable in its one-sentence error. A secret may also come from the file
that `NAME_FILE` names (Docker and systemd secrets).
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"true", "1", "yes", "on"}
FALSE = {"false", "0", "no", "off"}


def text(name: str, default: str = "") -> str:
    """The variable as it stands, or the default."""
    return os.environ.get(name, default).strip()


def secret(name: str, default: str = "") -> str:
    """Like text(), or the content of the file that NAME_FILE names. Both at once are refused."""
    file = os.environ.get(f"{name}_FILE", "")
    if not file:
        return text(name, default)
    if os.environ.get(name):
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: keep one.")
    try:
        return Path(file).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}.") from error


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")
    return value in TRUE


def number(name: str, default: int, *, low: int, high: int) -> int:
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isdecimal() or not low <= int(value) <= high:
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {low} to {high}, not {value!r}."
        )
    return int(value)


def choice(name: str, default: str, allowed: set[str]) -> str:
    value = text(name, default) or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(allowed))}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, without its empty parts."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def origin(name: str, default: str) -> str:
    """An http(s) address without a slash at its end."""
    value = text(name, default) or default
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            f"{name} must be an address such as https://cc.example.com, not {value!r}."
        )
    return value.rstrip("/")
