"""What the demo is made of: people, queues, flows and numbers. Rows only; Vonage is elsewhere."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from agents.models import Agent, StateReason, Team, User
from agents.states import SystemReason
from calls.models import Disposition, Queue
from ivr.models import Flow, Number
from ivr.services import publish

MENU, FOUNDING, JANE = "442079460000", "442079460001", "442079460002"
REASONS = {
    "lunch": "Lunch",
    "short_break": "Short break",
    "meeting": "Meeting",
    "training": "Training",
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
SUPERVISOR_MODELS = ("agent", "agentstate", "call", "disposition", "queue", "team")


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
    people.get("root", "", is_staff=True, is_superuser=True)
    jane.user.user_permissions.add(Permission.objects.get(codename="coach"))
    extra = [
        people.agent(f"agent{number:02}", f"agent{number:02}", floor)
        for number in range(1, plan.extra_agents + 1)
    ]
    _reasons()
    sales, support = (_queue(name, plan, [jane, joe, *extra]) for name in ("Sales", "Support"))
    _number(MENU, "Menu", _menu(sales, support))
    _number(FOUNDING, "Founding menu", _founding(jane, joe, sales, plan))
    _number(JANE, "Straight to Jane", _straight(jane, sales, plan))
    if plan.second_team:
        night = _team("Night", supervisor=people.get("sam", "Sam", is_staff=True))
        kim = people.agent("kim", "Kim", night)
        _queue("Night", plan, [kim])
        extra.append(kim)
    return [jane, joe, *extra]


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
        group.permissions.set(
            Permission.objects.filter(
                content_type__app_label__in=["agents", "calls"],
                codename__in=[
                    *(f"view_{model}" for model in SUPERVISOR_MODELS),
                    "change_queue",
                    "change_agent",
                ],
            )
        )
    return group


def _team(name: str, *, supervisor: User) -> Team:
    team = Team.objects.get_or_create(name=name)[0]
    team.supervisors.add(supervisor)
    return team


def _reasons() -> None:
    for position, (code, label) in enumerate(REASONS.items()):
        StateReason.objects.get_or_create(
            code=code, defaults={"label": label, "position": position}
        )
    for code, label in SYSTEM_REASONS.items():
        StateReason.objects.get_or_create(
            code=code, defaults={"label": label, "is_system": True, "position": 100}
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
