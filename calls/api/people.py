from typing import Any

from rest_framework.request import Request


def user_of(request: Request) -> Any:
    """Whoever asks; strangers have been turned away before."""
    return request.user


def actor_of(request: Request) -> str:
    """Who does what is asked, for the logs: the log-in, and the program that uses it."""
    name: str = request.user.get_username()
    program = getattr(request.auth, "name", "")
    return f"{name} ({program})"[:150] if program else name
