"""The rows of a scenario: queues with all that belongs to them, people, numbers and flows."""

from agents.models import Agent, AgentSkill, Skill, Team, User
from calls.models import Overflow, Queue, QueueAssignment, Requirement
from ivr.models import Flow, Number
from ivr.services import publish
from tests.sim.scenario import QueuePlan, Scenario
from tests.sim.services.people import number_of

OUTSIDE = "442079469999"  # answers for overflows to a number


def build(scenario: Scenario) -> dict[int, Agent]:
    """Make the floor; the agents by the number that the scenario gives them."""
    skills = {number: Skill.objects.create(name=f"Skill {number}") for number in range(1, 5)}
    queues = {plan.id: _queue(plan, skills) for plan in scenario.queues}
    for plan in scenario.queues:
        _overflow(plan, queues)
        _number(plan, queues[plan.id])
    team = Team.objects.create(name="Floor")
    people = {}
    for person in scenario.agents:
        user = User.objects.create(username=f"agent{person.id}")
        agent = Agent.objects.create(user=user, vonage_user=f"agent{person.id}", team=team)
        for queue, place in person.queues.items():
            QueueAssignment.objects.create(queue=queues[queue], agent=agent, position=place)
        for skill, level in person.skills.items():
            AgentSkill.objects.create(agent=agent, skill=skills[skill], level=level)
        people[person.id] = agent
    return people


def _queue(plan: QueuePlan, skills: dict[int, Skill]) -> Queue:
    choices = int(plan.choices_after or 0)
    queue = Queue.objects.create(
        name=f"Queue {plan.id}", strategy=plan.strategy, priority=plan.priority,
        offer_seconds=int(plan.offer_seconds), wrap_up_seconds=int(plan.wrap_up),
        max_wait_seconds=int(plan.max_wait), max_size=plan.max_size,
        choices_every_seconds=choices, offers_callback=bool(choices),
        offers_voicemail=bool(choices), callback_tries=plan.callback_tries,
        callback_retry_seconds=int(plan.callback_retry),
        announce_every_seconds=30 if plan.id % 2 else 0,
        prefer_last_agent_seconds=20 if plan.id % 3 == 0 else 0,
    )  # fmt: skip
    for need in plan.needs:
        until = None if need.until is None else int(need.until)
        Requirement.objects.create(
            queue=queue, skill=skills[need.skill], level=need.level, until_seconds=until
        )
    return queue


def _overflow(plan: QueuePlan, queues: dict[int, Queue]) -> None:
    """As drawn; but nobody is sent round in a circle, which the admin would refuse."""
    for reason, (target, other) in plan.overflow.items():
        if target == "queue" and (other is None or other <= plan.id):
            target, other = "hang_up", None  # noqa: PLW2901
        Overflow.objects.create(
            queue=queues[plan.id], reason=reason, target=target, words="Please bear with us.",
            other_queue=queues[other] if other else None,
            number=OUTSIDE if target == "number" else "",
        )  # fmt: skip


def _number(plan: QueuePlan, queue: Queue) -> None:
    bye = {"type": "hang_up", "text": "Goodbye."}
    menu = {
        "type": "menu", "text": "Welcome. Press 1.", "options": {"1": "queue"},
        "no_input": "bye", "wrong_input": "bye",
    }  # fmt: skip
    wait = {"type": "queue", "queue": queue.id, "timeout": "bye"}
    flow = Flow.objects.create(name=f"Flow {plan.id}")
    publish(flow=flow, graph={"start": "menu", "nodes": {"menu": menu, "queue": wait, "bye": bye}})
    Number.objects.create(number=number_of(plan.id), flow=flow)
