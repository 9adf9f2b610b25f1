"""The people, queues and the fake Vonage that tests share.

Jane and Joe are agents who serve Sales; Ada supervises them; Cy is a stranger.
"""

from datetime import UTC, datetime

import pytest

from agents.models import Agent, Team, User
from calls.models import Queue
from ivr.models import Flow, Number
from ivr.services import publish
from tests.world import World

START = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture
def floor(db):
    return Team.objects.create(name="Floor")


@pytest.fixture
def jane(floor):
    return _agent("jane", "Jane", floor)


@pytest.fixture
def joe(floor):
    return _agent("joe", "Joe", floor)


@pytest.fixture
def ada(floor):
    user = User.objects.create(username="ada", first_name="Ada", is_staff=True)
    floor.supervisors.add(user)
    return user


@pytest.fixture
def cy(db):
    return User.objects.create(username="cy")


@pytest.fixture
def sales(jane, joe):
    queue = Queue.objects.create(name="Sales", offer_seconds=20, wrap_up_seconds=30)
    queue.agents.add(jane, joe)
    return queue


@pytest.fixture
def world(sales, jane, joe):
    """Vonage as our doors and our outbox meet it, with a menu that leads to Sales."""
    _number(
        World.MENU,
        {
            "start": "menu",
            "nodes": {
                "menu": {
                    "type": "menu",
                    "text": "For sales, press 1. For Jane, press 2.",
                    "options": {"1": "sales", "2": "jane"},
                    "no_input": "bye",
                    "wrong_input": "bye",
                },
                "sales": {"type": "queue", "queue": sales.id},
                "jane": {"type": "agent", "agent": jane.id, "no_answer": "sales"},
                "bye": {"type": "hang_up", "text": "Goodbye."},
            },
        },
    )
    return World(start=START)


def _agent(username, name, team):
    user = User.objects.create(username=username, first_name=name)
    return Agent.objects.create(user=user, vonage_user=name, team=team)


def _number(number, graph):
    flow = Flow.objects.create(name=f"Flow of {number}")
    publish(flow=flow, graph=graph)
    return Number.objects.create(number=number, flow=flow)
