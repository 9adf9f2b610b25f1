"""Where our token may be sent: to Vonage, and to the address the operator set."""

import re

# One strict form instead of a parser: requests and urllib.parse read odd addresses differently.
# No userinfo, no backslash, no space or control character, no trailing dot.
ADDRESS = re.compile(
    r"((https?)://([a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?)"
    r"(?:[/?#][!-\[\]-~]*)?",
    re.IGNORECASE | re.ASCII,
)
DEFAULT_PORTS = {"http": 80, "https": 443}
LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}

Origin = tuple[str, str, int]


def origin(url: str) -> Origin | None:
    """(scheme, host, port) in lower case, or None for what is not a plain http(s) address."""
    match = ADDRESS.fullmatch(url)
    if match is None:
        return None
    scheme, host, port = match[2].lower(), match[3].lower(), match[4]
    return scheme, host, int(port) if port else DEFAULT_PORTS[scheme]


def base(url: str) -> str:
    """The address without path and query. ValueError for what is not a plain http(s) address."""
    match = ADDRESS.fullmatch(url)
    if match is None:
        raise ValueError("Not a plain http or https address.")
    return match[1]


def is_allowed(url: str, api_url: str) -> bool:
    """Whether a request with our token may go to this address.

    That is https on its own port below vonage.com or nexmo.com, or the origin of `api_url`.
    """
    found = origin(url)
    if found is None:
        return False
    scheme, host, port = found
    is_vonage = host.endswith((".vonage.com", ".nexmo.com"))
    return (is_vonage and scheme == "https" and port == 443) or found == origin(api_url)


def is_loopback(url: str) -> bool:
    found = origin(url)
    return found is not None and found[1] in LOOPBACK
