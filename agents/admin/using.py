"""What needs an agent, or a skill, so that neither is deleted from under it."""

from agents.models import Agent, Skill
from contactcenter.deleting import flows_with
from contactcenter.lists import named

INACTIVE_INSTEAD = "Make the user inactive instead: then nobody can log in as them."


def uses_of_agent(agent: Agent) -> list[str]:
    flows = flows_with(lambda node: node["type"] == "agent" and node["agent"] == agent.pk)
    took_part = any(
        getattr(agent, rows).exists()
        for rows in ("offers", "legs", "calls", "entries", "handlings")
    )
    return [
        *named("flow", flows),
        *(["the record of their calls"] if took_part else []),
        *(["the log of their states"] if agent.states.exists() else []),
    ]


def uses_of_skill(skill: Skill) -> list[str]:
    queues = skill.requirements.order_by("queue__name").values_list("queue__name", flat=True)
    return [
        *named("queue", queues.distinct()),
        *named("agent", [one.agent for one in skill.agents.select_related("agent__user")]),
        *named("flow", flows_that_ask_for(skill.name)),
    ]


def flows_that_ask_for(skill: str) -> list[str]:
    """Flows name a skill by its name."""
    return flows_with(lambda node: skill in [one["skill"] for one in node.get("requires") or []])
