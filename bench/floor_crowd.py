"""`python -m bench.floor_crowd AGENTS SUPERVISORS`: a full floor and those who look after it.

Prints the session cookies of one agent and of the supervisors, as JSON.
"""

import json
import sys

from bench import crowd  # it sets Django up

from agents.models import Agent, Team, User  # isort: skip


def fill(agents: int, supervisors: int) -> dict[str, list[str]]:
    """One team of all agents; none of its supervisors is an agent."""
    cookies = crowd.fill(agents, 1)
    team, _ = Team.objects.get_or_create(name="Everybody")
    Agent.objects.update(team=team)
    users = User.objects.bulk_create(
        User(username=f"supervisor{number:04}") for number in range(supervisors)
    )
    team.supervisors.add(*users)
    return {"agents": cookies, "supervisors": [crowd.cookie_of(user) for user in users]}


if __name__ == "__main__":
    print(json.dumps(fill(int(sys.argv[1]), int(sys.argv[2]))))
