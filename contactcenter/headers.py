"""What a browser may do with our pages: nothing is loaded, run or called that is not named here."""

from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

LOCAL = {"localhost", "127.0.0.1", "::1"}
# A session of the Client SDK may be moved to another region of the platform.
REGIONS = ("https://*.vonage.com", "wss://*.vonage.com")
FEATURES = {
    "camera": "()",
    "display-capture": "()",
    "geolocation": "()",
    "microphone": "(self)",
    "speaker-selection": "(self)",
}


def content_security_policy(*, public: str, api: str, websocket: str) -> dict[str, Any]:
    """django-csp's setting for these origins: ours, the platform's API and its websocket."""
    allowed = [SELF, _socket(public), api, websocket, _socket(websocket)]
    if urlsplit(api).hostname not in LOCAL:
        allowed += REGIONS
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:"],
            "font-src": [SELF],
            "media-src": [SELF, "blob:", "mediastream:"],
            "connect-src": allowed,
            "form-action": [SELF],
            "base-uri": [NONE],
            "frame-ancestors": [NONE],
            "object-src": [NONE],
            "manifest-src": [NONE],
        }
    }


def _socket(origin: str) -> str:
    """The websocket form of an http or https origin."""
    return f"ws{origin.removeprefix('http')}"


class PermissionsPolicyMiddleware(MiddlewareMixin):
    """Says which devices our pages may ask for."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        policy = ", ".join(f"{feature}={who}" for feature, who in FEATURES.items())
        response.headers["Permissions-Policy"] = policy
        return response
