"""What the settings of a queue come to, in sentences. Reads only."""

from datetime import datetime

from agents.models import AgentSkill, AgentState
from agents.states import State
from calls.configuration import Step, unmet
from calls.models import Overflow, Queue
from calls.routing import PRIORITY_SECONDS
from calls.selectors.estimates import error_of
from calls.services import waiting
from contactcenter.durations import length
from contactcenter.vonage import numbers
from ivr.schedules import problems, sentence
from ivr.selectors import plan_from

Reason, Target = Overflow.Reason, Overflow.Target
NOBODY_YET = "Nobody serves this queue yet: choose its agents."
WAYS = {
    Reason.LATE: "who has waited {most}",
    Reason.FULL: "who finds {size} others waiting",
    Reason.NO_AGENTS: "who comes while nobody is logged in",
    Reason.CLOSED: "who comes while it is closed",
    Reason.EMERGENCY: "who comes while it is closed at once",
}
PLACES = {
    Target.FLOW_EXIT: "goes on by the flow's own way out",
    Target.VOICEMAIL: "may leave a message",
    Target.CALLBACK: "may ask for a callback",
    Target.HANG_UP: "hears good-bye",
}
FORMULA = (
    "The call with the highest score is served first, among all queues of an agent: {seconds:.0f} "
    "times its priority, plus the seconds it has waited. "
)
AHEAD = "A call of priority {} that has just come equals one of priority 0 that has waited {}."
BEHIND = "A call of priority {} that has waited {} equals one of priority 0 that has just come."


def open_words(queue: Queue, *, now: datetime) -> str:
    """ "Open until 17:00", or why it is not."""
    if queue.is_emergency_closed:
        return "Closed at once"
    if queue.schedule is None:
        return "Always open"
    plan = plan_from(queue.schedule)
    return "Closed: its schedule cannot work" if problems(plan) else sentence(plan, now)


def caller_now(queue: Queue, *, now: datetime) -> str:
    """What becomes of somebody who comes this minute."""
    refused = waiting.refusal(queue, now=now)
    if refused:
        return f"Is not let in ({refused.label.lower()}), and {_place(queue, refused)}."
    ahead = queue.entries.filter(left_at=None).count()
    serving = AgentState.objects.filter(agent__assignments__queue=queue, ended_at=None)
    agents = serving.exclude(state=State.OFFLINE).count()
    others = "1 other" if ahead == 1 else f"{ahead} others"
    waits = f"Waits behind {others}" if ahead else "Is the next to be served"
    return f"{waits}; {agents or 'none'} of its agents {'is' if agents == 1 else 'are'} logged in."


def ways(queue: Queue) -> list[tuple[str, str]]:
    """For each reason whom it is about, and where they go."""
    known = {"most": length(queue.max_wait_seconds), "size": queue.max_size}
    return [(words.format(**known), _place(queue, reason)) for reason, words in WAYS.items()]


def _place(queue: Queue, reason: Overflow.Reason) -> str:
    rows = {row.reason: row for row in queue.overflows.all()}
    if reason == Reason.NO_AGENTS and reason not in rows:
        return "waits all the same"
    row = rows.get(reason) or rows.get(Reason.ANY) or Overflow(queue=queue)
    if row.target == Target.QUEUE:
        return f"is sent to queue {row.other_queue}"
    if row.target == Target.NUMBER:
        return f"is put through to {numbers.shown(row.number)}"
    if row.target == Target.FLOW:
        return f"is sent to flow {row.flow}"
    return PLACES[Target(row.target)]


def formula(queue: Queue) -> str:
    priority = queue.priority or 1
    example = AHEAD if priority > 0 else BEHIND
    waited = length(abs(priority) * PRIORITY_SECONDS)
    return FORMULA.format(seconds=PRIORITY_SECONDS) + example.format(priority, waited)


def estimate_words(queue: Queue) -> str:
    error = error_of(queue_id=queue.pk)
    if error is None:
        return "Not measured yet: too few callers have been answered."
    return (
        f"Of the last {error.measured} callers who were answered, half were told a wait that was "
        f"wrong by at most {error.median:.0f} s, nine of ten by at most {error.most:.0f} s."
    )


def warnings(queue: Queue) -> list[str]:
    """What can be saved, and will hardly be meant."""
    agents = list(queue.agents.values_list("id", flat=True))
    if not agents:
        return [NOBODY_YET]
    skills: dict[int, dict[str, int]] = {agent: {} for agent in agents}
    for one in AgentSkill.objects.filter(agent__in=agents).select_related("skill"):
        skills[one.agent_id][one.skill.name] = one.level
    steps = [
        Step(one.skill.name, one.level, one.until_seconds)
        for one in queue.requirements.select_related("skill")
    ]
    return unmet(steps, skills.values()) if steps else []
