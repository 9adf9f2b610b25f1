"""Reading settings from the environment, refusing what cannot be right.

Every reader names the variable in its one-sentence error. A secret may also come from the file
that `NAME_FILE` names (Docker and systemd secrets).
"""

import os
import re
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured

from contactcenter.vonage.tokens import load_key

TRUE = {"true", "1", "yes", "on"}
FALSE = {"false", "0", "no", "off"}
ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:(?P<port>[0-9]{1,5}))?")


def text(name: str, default: str = "") -> str:
    """The variable as it stands; the default when it is not set, or empty."""
    return os.environ.get(name, "").strip() or default


def secret(name: str, default: str = "") -> str:
    """Like text(), or the content of the file that NAME_FILE names. Both at once are refused."""
    file = os.environ.get(f"{name}_FILE", "")
    if not file:
        return text(name, default)
    if os.environ.get(name):
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: keep one.")
    try:
        found = Path(file).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        found = ""
    if not found:
        raise ImproperlyConfigured(f"{name}_FILE names a file without text in it.")
    return found


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")
    return value in TRUE


def number(name: str, default: int, *, low: int, high: int) -> int:
    value = text(name, str(default))
    if not value.isdecimal() or len(value) > 9 or not low <= int(value) <= high:
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {low} to {high}, not {value[:40]!r}."
        )
    return int(value)


def choice(name: str, default: str, allowed: set[str]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(allowed))}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, without its empty parts."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def origin(name: str, default: str) -> str:
    """An http(s) address of a host alone: no user, no path, and no slash at its end."""
    value = text(name, default).lower().removesuffix("/")
    found = ORIGIN.fullmatch(value)
    if not found or int(found["port"] or 80) not in range(1, 65536):
        raise ImproperlyConfigured(
            f"{name} must be an address such as https://cc.example.com, not {value!r}."
        )
    return value


def time_zone(name: str, default: str) -> str:
    """A time zone's name that this computer knows, such as Europe/London."""
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ImproperlyConfigured(
            f"{name} must be a time zone such as Europe/London, not {value[:40]!r}."
        ) from None
    return value


def private_key(name: str) -> str:
    """An RSA key that can be used, in any form that load_key() takes; or nothing."""
    value = secret(name)
    try:
        if value:
            load_key(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is refused: {error}") from None
    return value
