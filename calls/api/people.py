from typing import Any

from rest_framework.request import Request


def user_of(request: Request) -> Any:
    """Whoever asks; strangers have been turned away before."""
    return request.user
