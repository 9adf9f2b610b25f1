"""`python -m bench.log_ins USERNAME...`: their session cookies, as JSON by username."""

import json
import sys

from bench import crowd  # it sets Django up

from agents.models import User  # isort: skip


def cookies(usernames: list[str]) -> dict[str, str]:
    users = User.objects.filter(username__in=usernames)
    return {user.username: crowd.cookie_of(user) for user in users}


if __name__ == "__main__":
    print(json.dumps(cookies(sys.argv[1:])))
