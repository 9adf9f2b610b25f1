"""Whom somebody names to hand a call to, or to ask into it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from agents.models import Agent
from calls.errors import UnknownTarget
from calls.models import Queue, Transfer
from calls.services import outbound
from ivr.models import Flow

Kind = Transfer.Target
EVERYBODY = frozenset(Kind)
PEOPLE = frozenset({Kind.AGENT, Kind.NUMBER})


@dataclass(frozen=True, slots=True)
class Target:
    """Exactly one of these."""

    agent: Agent | None = None
    queue: Queue | None = None
    flow: Flow | None = None
    number: str = ""

    @property
    def kind(self) -> Transfer.Target:
        if self.agent:
            return Kind.AGENT
        if self.queue:
            return Kind.QUEUE
        return Kind.FLOW if self.flow else Kind.NUMBER


def target_of(body: Mapping[str, Any], *, allowed: Collection[Kind] = EVERYBODY) -> Target:
    """Who is meant by `to` of a command, or UnknownTarget.

    `to` names exactly one: an agent by user name, a queue or a flow by name, a number by digits;
    RefusedNumber where the dial rules do not let that one be called.
    """
    to = body.get("to")
    if not isinstance(to, Mapping) or len(to) != 1:
        raise UnknownTarget("Say exactly one agent, queue, number or flow.")
    ((kind, name),) = to.items()
    if kind not in allowed or not isinstance(name, str):
        words = ", ".join(sorted(allowed))
        raise UnknownTarget(f"That cannot be chosen here; only one of {words} can.")
    return _find(Kind(kind), name)


def _find(kind: Kind, name: str) -> Target:
    if kind == Kind.NUMBER:
        return Target(number=outbound.rules.check(name))
    if kind == Kind.AGENT:
        agent = Agent.objects.filter(user__username=name, user__is_active=True)
        found = Target(agent=agent.select_related("user").first())
    elif kind == Kind.QUEUE:
        found = Target(queue=Queue.objects.filter(name=name).first())
    else:
        found = Target(flow=Flow.objects.filter(name=name).first())
    if found == Target():
        raise UnknownTarget(f"There is no {kind} of this name.")
    return found
