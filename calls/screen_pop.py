"""The address that a console offers to open for a call. Pure: no Django, no I/O."""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

NAMES = ("number", "called", "queue", "call", "customer", "external_id")
PLACE = re.compile(r"\{(\w*)\}")
AT_HOME = {"localhost", "127.0.0.1", "::1"}

NO_ADDRESS = "Write a whole address, such as https://crm.example.com/?tel={number}."
NOT_SAFE = "The address must begin with https://: agents' browsers refuse, or warn of, others."
NO_LOGIN = "Leave the user and password out: every agent would see them."
UNKNOWN = "There is no {name}: use {known}."
IN_HOST = "Use {number} and the like behind the host only, so that the address is always yours."
ODD_BRACE = "A brace stands alone: write placeholders as {number}."


def problem(url: str) -> str:
    """Why this address cannot be used, in a sentence; "" when it can."""
    return _odd_place(url) or _odd_address(url)


def _odd_place(url: str) -> str:
    for name in PLACE.findall(url):
        if name not in NAMES:
            known = ", ".join(f"{{{one}}}" for one in NAMES)
            return UNKNOWN.format(name=f"{{{name}}}", known=known)
    return ODD_BRACE if set(PLACE.sub("", url)) & {"{", "}"} else ""


def _odd_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return NO_ADDRESS
    if not host or " " in url or not url.isprintable():
        return NO_ADDRESS
    if PLACE.search(parts.netloc):
        return IN_HOST
    if parts.scheme != "https" and (parts.scheme != "http" or host not in AT_HOME):
        return NOT_SAFE
    return NO_LOGIN if parts.username is not None else ""


def filled(url: str, values: Mapping[str, str]) -> str | None:
    """The address for one call; whatever is put in is quoted. None when there is none to use."""
    if not url or problem(url):
        return None
    return PLACE.sub(lambda place: quote(values.get(place[1], ""), safe=""), url)
