"""One system for all talks in real browsers, in which two other calls go on all the time."""

import pytest

from tests.browser.hearing import hear
from tests.browser.sound.bystanders import Bystanders
from tests.journeys.hearing import CUSTOMER, JANE, JOE, MUSIC
from tests.journeys.pages import Admin, QueuePage, set_dial_rules
from tools.people import Agent, Sandbox

SEED = {"SEED_AGENTS": "4"}


@pytest.fixture(scope="package")
def stack(stack_with):
    with stack_with(SEED) as stack:
        yield stack


@pytest.fixture(scope="package")
def bystanders(stack):
    return Bystanders(stack)


@pytest.fixture
def others(bystanders):
    """While a test runs, who talks beside it hears nobody of it."""
    bystanders.go_on()
    yield bystanders.legs
    bystanders.heard_nobody_else()


@pytest.fixture(scope="package")
def root(stack):
    """The operator at the admin pages."""
    return Admin(stack, Agent(stack, Sandbox(stack), "root"))


@pytest.fixture(scope="package")
def dial_rules(root):
    """As many calls as the tests make, which ring for a short time."""
    set_dial_rules(root, per_minute=60, ring_seconds=10)


@pytest.fixture
def sales(root):
    """The queue's page in the admin; it is put back as it was."""
    page = QueuePage(root, "Sales")
    yield page
    page.restore()


@pytest.fixture
def customer(jane, caller):
    """A caller in conversation with Jane."""
    customer = caller(presses="1", audio={"tone": CUSTOMER})
    jane.answers()
    hear((jane, CUSTOMER), (customer, JANE))
    return customer


@pytest.fixture
def joe(console):
    """Joe at his console, who takes no call yet."""
    return console("joe")


@pytest.fixture
def consulted(jane, joe, customer):
    """Joe, whom Jane consults while the caller has music."""
    joe.go_available()
    jane.consults("Joe")
    joe.answers()
    hear((customer, MUSIC), (jane, JOE), (joe, JANE))
    return joe


@pytest.fixture
def lose(sandbox):
    """The line of an agent breaks, by their name at the platform."""

    def lose(*users):
        for leg in sandbox.live_legs():
            if leg["user"] in users:
                sandbox.post(f"calls/{leg['uuid']}/lose")

    return lose
