"""`python -m bench.crowd AGENTS LOG_INS`: a floor full of agents, in the database of the settings.

They serve both queues and are in the middle of a day. Prints the session cookies of some, as JSON.
"""

import json
import random
import sys
from datetime import timedelta

import django
from django.conf import settings

django.setup()

from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from agents.models import Agent, AgentState, User  # noqa: E402
from calls.models import Queue  # noqa: E402

STATES = {"available": 40, "busy": 30, "wrap_up": 8, "on_break": 14, "offline": 8}
DAY = timedelta(hours=8)


def fill(agents: int, log_ins: int) -> list[str]:
    """Make up the floor to `agents`, all of them alike in every run; the cookies of some."""
    chance, now = random.Random(1), timezone.now()
    names = [f"agent{number:04}" for number in range(agents - Agent.objects.count())]
    users = User.objects.bulk_create(
        User(username=name, first_name=name.capitalize()) for name in names
    )
    made = Agent.objects.bulk_create(Agent(user=user, vonage_user=user.username) for user in users)
    chosen = chance.choices([*STATES], [*STATES.values()], k=len(made))
    AgentState.objects.bulk_create(
        AgentState(
            agent=agent,
            state=state,
            reason=chance.choice(["lunch", "short_break"]) if state == "on_break" else "",
            started_at=now - DAY * chance.random(),
        )
        for agent, state in zip(made, chosen, strict=True)
    )
    for queue in Queue.objects.all():
        queue.agents.set(Agent.objects.all())
    away = [agent.user for agent, state in zip(made, chosen, strict=True) if state == "on_break"]
    return [cookie_of(user) for user in away[:log_ins]]


def cookie_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


if __name__ == "__main__":
    print(json.dumps(fill(int(sys.argv[1]), int(sys.argv[2]))))
