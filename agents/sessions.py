"""Whether a log-in still stands, for sockets that outlive the request that opened them."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest


def is_logged_in(*, session_key: str | None) -> bool:
    """False once its user has logged out, changed the password, or was switched off."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return get_user(request).is_authenticated
