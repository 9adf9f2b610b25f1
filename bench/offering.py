"""`python -m bench.offering`: a floor in the database of the settings, and routers at work on it.

`fill AGENTS CALLS` makes everybody busy and lets so many calls wait. `race` frees everybody and
makes offers until nobody waits. `free RATE SECONDS SEED` frees one agent after the other. Both
print what they did as JSON. `talk` is the other half of `free`: see there.
"""

import json
import os
import random
import select
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import IO, cast

import django
from django.conf import settings

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.db.models import QuerySet  # noqa: E402
from django.utils import timezone  # noqa: E402

from agents import services  # noqa: E402
from agents.models import Agent, AgentState, User  # noqa: E402
from bench.load import arrivals  # noqa: E402
from calls.models import Call, Instruction, Leg, Offer, Queue, QueueAssignment, QueueEntry, Token  # noqa: E402
from calls.router import pairing  # noqa: E402
from calls.services import budget, offers  # noqa: E402
from calls.states import CallState, LegKind, LegState  # noqa: E402

QUEUES = 8
POLL = 0.2  # seconds, as the router looks when nothing wakes it
SECOND = timedelta(seconds=1)
SOON = 0.002  # seconds between two looks of those who free agents and send dials


def fill(agents: int, calls: int) -> None:
    """Agents who talk, each in three of the queues, and calls that wait."""
    now = timezone.now()
    budget.prepare(now=now)
    users = User.objects.bulk_create(User(username=f"agent{one:04}") for one in range(agents))
    people = Agent.objects.bulk_create(
        Agent(user=user, vonage_user=user.username, choice="available") for user in users
    )
    AgentState.objects.bulk_create(
        AgentState(agent=agent, state="busy", started_at=now - timedelta(hours=1))
        for agent in people
    )
    queues = Queue.objects.bulk_create(Queue(name=f"Queue {one}") for one in range(QUEUES))
    QueueAssignment.objects.bulk_create(
        QueueAssignment(queue=queues[(number + step) % QUEUES], agent=agent)
        for number, agent in enumerate(people)
        for step in range(3)
    )
    _wait(queues, calls)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a database that has been at work for a while


def _wait(queues: Sequence[Queue], calls: int) -> None:
    now = timezone.now()
    rows = Call.objects.bulk_create(
        Call(key=f"{one:020}", direction="inbound", state=CallState.QUEUED, started_at=now)
        for one in range(calls)
    )
    Leg.objects.bulk_create(
        Leg(call=call, kind=LegKind.CUSTOMER, key=call.key, uuid=call.key, state=LegState.ANSWERED)
        for call in rows
    )
    QueueEntry.objects.bulk_create(
        QueueEntry(
            call=call,
            queue=queues[number % QUEUES],
            enqueued_at=now - timedelta(milliseconds=calls - number),
            give_up_at=now + timedelta(hours=1),
            offer_seconds=20,
            wrap_up_seconds=30,
        )
        for number, call in enumerate(rows)
    )


def release() -> None:
    """Everybody is available."""
    AgentState.objects.filter(ended_at=None).update(state="available")


def race() -> dict[str, float]:
    """Decide until nobody is left who waits: offers made, and when this began and ended."""
    began, made = time.time(), 0
    ended = began
    while Call.objects.filter(state=CallState.QUEUED).exists():
        decision = pairing.decide(now=timezone.now())
        made += len(decision.offers)
        if decision.offers:
            ended = time.time()
            _sent(decision.offers, timezone.now() - SECOND)
        else:
            time.sleep(0.002)
    return {"made": made, "began": began, "ended": ended}


def _sent(made: Sequence[Offer], at: datetime) -> None:
    """The dials of these offers went out at that time; their tokens are free a second later."""
    _settle(Instruction.objects.filter(leg__in=[offer.leg_id for offer in made]), at)


def _settle(dials: QuerySet[Instruction], at: datetime) -> None:
    ids = list(dials.values_list("id", flat=True))
    Instruction.objects.filter(id__in=ids).update(state=Instruction.State.DONE)
    Token.objects.filter(instruction__in=ids).update(free_at=at + SECOND, instruction=None)


def free(rate: float, seconds: float, seed: int) -> list[float]:
    """Seconds from when each agent was to be free to when their offer was committed.

    A process of its own frees them and sends the dials, as in life others than the router do, and
    says so. The router decides whenever it is told, and explains afterwards.
    """
    due, taken = _due(rate, seconds, seed), list[float]()
    command = [sys.executable, "-m", "bench.offering", "talk", *map(str, (rate, seconds, seed))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0) as talking:
        hints = cast(IO[bytes], talking.stdout)
        began = float(hints.readline())
        while len(taken) < len(due) and time.time() < began + seconds + 15:
            if select.select([hints], [], [], POLL)[0]:
                hints.read(65_536)
            decision = pairing.decide(now=timezone.now())
            committed = time.time() - began
            taken += [committed - due[offer.agent_id] for offer in decision.offers]
            if decision.offers:
                offers.explain_all(pairing.explanations(decision))
        talking.terminate()
    return taken


def _due(rate: float, seconds: float, seed: int) -> dict[int, float]:
    """Agents, and when each is to be free: seconds from the beginning, in this order."""
    talk = AgentState.objects.filter(ended_at=None).order_by("agent_id")
    ids = list(talk.values_list("agent_id", flat=True))
    random.Random(seed).shuffle(ids)
    return dict(zip(ids, arrivals(rate=rate, seconds=seconds, seed=seed), strict=False))


def talk(rate: float, seconds: float, seed: int) -> None:
    """Say when it begins; free one agent after the other, and say so in a byte each.

    Dials go out at once. It does so until it is ended.
    """
    pending = deque(_due(rate, seconds, seed).items())
    began = time.time()
    print(began, flush=True)
    while True:
        while pending and pending[0][1] <= time.time() - began:
            _freed(pending.popleft()[0])
            os.write(sys.stdout.fileno(), b".")
        waiting = Instruction.objects.filter(state=Instruction.State.WAITING)
        _settle(waiting, timezone.now())
        time.sleep(SOON)


@transaction.atomic
def _freed(agent_id: int) -> None:
    now = timezone.now()
    services.wrap_up(agent_id=agent_id, until=now, now=now)


def double() -> int:
    """Calls and agents with two pending offers."""
    pending = Offer.objects.filter(state="pending")
    rows = list(pending.values_list("entry_id", "agent_id"))
    return sum(len(rows) - len({row[place] for row in rows}) for place in (0, 1))


def main(command: str, *arguments: str) -> None:
    settings.DEBUG = False
    commands: dict[str, Callable[[], object]] = {
        "fill": lambda: fill(*map(int, arguments)),
        "release": release,
        "race": race,
        "free": lambda: free(float(arguments[0]), float(arguments[1]), seed=int(arguments[2])),
        "talk": lambda: talk(float(arguments[0]), float(arguments[1]), seed=int(arguments[2])),
        "double": double,
    }
    print(json.dumps(commands[command]()))


if __name__ == "__main__":
    main(*sys.argv[1:])
