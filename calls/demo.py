"""What the demo is made of: people, queues, flows and numbers. Rows only; Vonage is elsewhere."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from agents.models import Agent, AgentSkill, Skill, StateReason, Team, User
from agents.states import SystemReason
from calls.models import DialRules, Disposition, Queue
from ivr.models import Flow, Number
from ivr.services import publish

MENU, FOUNDING, JANE = "442079460000", "442079460001", "442079460002"
REASONS = {
    "lunch": {"label": "Lunch", "max_seconds": 3600},
    "short_break": {"label": "Short break", "max_seconds": 900},
    "meeting": {"label": "Meeting", "is_productive": True},
    "training": {"label": "Training", "is_productive": True},
}
SYSTEM_REASONS = {
    SystemReason.MISSED: "Missed a call",
    SystemReason.UNREACHABLE: "Could not be reached",
    SystemReason.DEVICE: "Microphone or device failed",
    SystemReason.CONNECTION_LOST: "Connection lost",
}
DISPOSITIONS = {
    "Sales": ["Sold", "Interested", "Call back promised", "Not interested", "Wrong number"],
    "Support": ["Solved", "Call back promised", "Fault reported", "Complaint", "Passed on"],
}
SKILLS = {
    "French": "1 a few words, 3 a conversation, 5 a native speaker.",
    "Repairs": "1 takes the fault down, 3 knows the usual faults, 5 knows them all.",
}
LEVELS = {"jane": {"French": 4, "Repairs": 2}, "joe": {"Repairs": 4}}
REFUSED_PREFIXES = ["4470", "4484", "4487", "449"]  # personal, shared-cost and premium, in Britain
SUPERVISORS_VIEW = (
    *("agent", "agentskill", "agentstate", "call", "callback", "dialrules", "disposition"),
    *("donotcall", "flow", "healing", "invariantcheck", "number", "openinghours", "overflow"),
    *("queue", "requirement", "schedule", "scheduleexception", "skill", "statereason"),
    *("team", "voicemail"),
)
SUPERVISORS_CHANGE = ("agent", "callback", "queue", "voicemail")
SUPERVISORS_WRITE = (  # add, change and delete
    *("agentskill", "disposition", "donotcall", "openinghours", "overflow", "requirement"),
    *("schedule", "scheduleexception", "skill", "statereason", "customer", "customernumber"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How big the demo is, and how fast."""

    password: str
    offer_seconds: int = 20
    wrap_up_seconds: int = 30
    extra_agents: int = 0
    second_team: bool = False


@transaction.atomic
def build(plan: Plan) -> list[Agent]:
    """Make everything that is not there yet. Returns the agents."""
    people = _People(plan.password)
    floor = _team("Floor", supervisor=people.get("ada", "Ada", is_staff=True))
    jane = people.agent("jane", "Jane", floor)
    joe = people.agent("joe", "Joe", floor)
    ada = people.agent("ada", "Ada", floor)  # so that she can listen in
    people.get("root", "", is_staff=True, is_superuser=True)
    jane.user.user_permissions.add(Permission.objects.get(codename="coach"))
    extra = [
        people.agent(f"agent{number:02}", f"agent{number:02}", floor)
        for number in range(1, plan.extra_agents + 1)
    ]
    _reasons()
    _dial_rules(plan)
    _skills(jane, joe)
    sales, support = (_queue(name, plan, [jane, joe, *extra]) for name in ("Sales", "Support"))
    _number(MENU, "Menu", _menu(sales, support))
    _number(FOUNDING, "Founding menu", _founding(jane, joe, sales, plan))
    _number(JANE, "Straight to Jane", _straight(jane, sales, plan))
    if plan.second_team:
        night = _team("Night", supervisor=people.get("sam", "Sam", is_staff=True))
        kim = people.agent("kim", "Kim", night)
        _queue("Night", plan, [kim])
        extra.append(kim)
    return [jane, joe, ada, *extra]


class _People:
    """Users with one password, hashed once: hashing is slow on purpose."""

    def __init__(self, password: str) -> None:
        self._password, self._hash = password, ""

    def get(self, username: str, name: str, **rights: bool) -> User:
        user = User.objects.filter(username=username).first()
        if user is None:
            self._hash = self._hash or make_password(self._password)
            user = User.objects.create(
                username=username, first_name=name, password=self._hash, **rights
            )
        if user.is_staff and not user.is_superuser:
            user.groups.add(_supervisors())
        return user

    def agent(self, username: str, name: str, team: Team) -> Agent:
        user = self.get(username, name if name != username else "")
        return Agent.objects.get_or_create(user=user, defaults={"vonage_user": name, "team": team})[
            0
        ]


def _supervisors() -> Group:
    group, is_new = Group.objects.get_or_create(name="Supervisors")
    if is_new:
        rights = [
            *(f"view_{model}" for model in SUPERVISORS_VIEW),
            *(f"change_{model}" for model in (*SUPERVISORS_CHANGE, *SUPERVISORS_WRITE)),
            *(f"{verb}_{model}" for verb in ("add", "delete") for model in SUPERVISORS_WRITE),
        ]
        ours = Permission.objects.filter(content_type__app_label__in=["agents", "calls", "ivr"])
        group.permissions.set(ours.filter(codename__in=rights))
    return group


def _team(name: str, *, supervisor: User) -> Team:
    team = Team.objects.get_or_create(name=name)[0]
    team.supervisors.add(supervisor)
    return team


def _reasons() -> None:
    for position, (code, facts) in enumerate(REASONS.items()):
        StateReason.objects.get_or_create(code=code, defaults={**facts, "position": position})
    for code, label in SYSTEM_REASONS.items():
        StateReason.objects.get_or_create(
            code=code, defaults={"label": label, "is_system": True, "position": 100}
        )


def _dial_rules(plan: Plan) -> None:
    DialRules.objects.get_or_create(
        defaults={
            "countries": "44",
            "refused_prefixes": "\n".join(REFUSED_PREFIXES),
            "wrap_up_seconds": plan.wrap_up_seconds,
        }
    )


def _skills(*agents: Agent) -> None:
    for name, description in SKILLS.items():
        skill = Skill.objects.get_or_create(name=name, defaults={"description": description})[0]
        for agent in agents:
            if level := LEVELS[agent.user.username].get(name):
                AgentSkill.objects.get_or_create(
                    agent=agent, skill=skill, defaults={"level": level}
                )


def _queue(name: str, plan: Plan, agents: list[Agent]) -> Queue:
    queue, _ = Queue.objects.update_or_create(
        name=name,
        defaults={
            "offer_seconds": plan.offer_seconds,
            "wrap_up_seconds": plan.wrap_up_seconds,
        },
    )
    queue.agents.add(*agents)
    queue.dispositions.add(*(_disposition(label) for label in DISPOSITIONS.get(name, [])))
    return queue


def _disposition(label: str) -> Disposition:
    """Shared by the queues that have it; in the order in which they are made."""
    defaults = {"position": Disposition.objects.count()}
    return Disposition.objects.get_or_create(label=label, defaults=defaults)[0]


def _number(number: str, label: str, graph: dict[str, Any]) -> None:
    flow = Flow.objects.get_or_create(name=label)[0]
    publish(flow=flow, graph=graph)
    Number.objects.get_or_create(number=number, defaults={"label": label, "flow": flow})


def _ask(text: str, options: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "menu", "text": text, "options": options,
        "tries": 3, "timeout": 5, "no_input": "bye", "wrong_input": "bye",
    }  # fmt: skip


BYE = {"type": "hang_up", "text": "Goodbye."}


def _menu(sales: Queue, support: Queue) -> dict[str, Any]:
    return {
        "start": "menu",
        "nodes": {
            "menu": _ask(
                "Welcome. For sales, press 1. For support, press 2.",
                {"1": "sales", "2": "support"},
            ),
            "sales": {"type": "queue", "queue": sales.id},
            "support": {"type": "queue", "queue": support.id},
            "bye": BYE,
        },
    }


def _founding(jane: Agent, joe: Agent, sales: Queue, plan: Plan) -> dict[str, Any]:
    text = (
        "Thank you for calling my contact center. To talk to Jane press 1, to talk to Joe press 2"
    )
    return {
        "start": "menu",
        "nodes": {
            "menu": _ask(text, {"1": "jane", "2": "joe"}),
            "jane": _agent_node(jane, plan),
            "joe": _agent_node(joe, plan),
            **_nobody(sales),
            "bye": BYE,
        },
    }


def _straight(jane: Agent, sales: Queue, plan: Plan) -> dict[str, Any]:
    text = "Please hold, I am calling Jane."
    return {
        "start": "jane",
        "nodes": {"jane": {**_agent_node(jane, plan), "text": text}, **_nobody(sales)},
    }


def _agent_node(agent: Agent, plan: Plan) -> dict[str, Any]:
    return {
        "type": "agent",
        "agent": agent.id,
        "no_answer": "nobody",
        "offer_seconds": plan.offer_seconds,
        "wrap_up_seconds": plan.wrap_up_seconds,
    }


def _nobody(sales: Queue) -> dict[str, Any]:
    """Whoever is asked for and does not answer, a colleague will."""
    text = "They cannot take your call right now. I am looking for a colleague."
    return {
        "nobody": {"type": "say", "text": text, "next": "anybody"},
        "anybody": {"type": "queue", "queue": sales.id},
    }
