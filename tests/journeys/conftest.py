"""Real processes for the journeys: one sandbox, web and router, for all of a worker's journeys."""

from functools import partial
from itertools import dropwhile

import pytest

from tests.journeys.hearing import (
    BESIDE,
    CUSTOMER,
    JANE,
    JOE,
    MUSIC,
    Listener,
    hear,
    hears,
)
from tests.journeys.pages import (
    Admin,
    Health,
    Program,
    QueuePage,
    make_schedule,
    make_skill,
    set_dial_rules,
)
from tools.people import Agent, Sandbox, dial, wait_until
from tools.stack import Stack, free_port

SEED = {"SEED_WRAP_UP": "1", "SEED_OFFER": "4", "SEED_AGENTS": "30", "SANDBOX_SPEECH": "tones"}


def pytest_collection_modifyitems(items):
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    home = tmp_path_factory.mktemp("stack")
    stack = Stack(home, port=free_port(), sandbox_port=free_port(), environment=SEED)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def sandbox(stack):
    sandbox = Sandbox(stack)
    yield sandbox
    sandbox.end_all_legs()
    wait_until(lambda: not sandbox.live_legs(), "all legs of the journey are gone")
    sandbox.post("reset")


@pytest.fixture
def numbers(stack):
    return stack.described()["numbers"]


@pytest.fixture
def caller(sandbox, numbers):
    """Dials one of our numbers by its name."""

    def call(number="menu", **said):
        return dial(sandbox, numbers[number], **said)

    return call


@pytest.fixture(scope="session")
def sessions():
    """Those who have logged in already, by user name: a log-in is slow on purpose."""
    return {}


@pytest.fixture
def agent(stack, sandbox, sessions):
    """Logs agents in; all are offline again after the journey."""
    present = []

    def log_in(username, answer="after 0s", **behaviour):
        one = Agent(stack, sandbox, username, session=sessions.get(username))
        sessions[username] = one.behaves(answer, **behaviour).session
        present.append(one)
        return one

    yield log_in
    sandbox.end_all_legs()
    for one in present:
        one.close_console()  # first, or its last heartbeat would say that it is there
        one.is_("offline")


@pytest.fixture(scope="session")
def supervisor(stack):
    """Ada, who has logged in once for all journeys."""
    return Agent(stack, Sandbox(stack), "ada")


@pytest.fixture
def ada_sees_all(stack, supervisor):
    """The calls of these callers, once all are in the given state, as a supervisor reads them."""

    def look(customers, state):
        def found():
            calls = supervisor.session.get(f"{stack.web}/api/calls?page_size=100").json()["results"]
            by_leg = {leg["uuid"]: call for call in calls for leg in call["legs"]}
            theirs = [by_leg.get(customer.uuid) for customer in customers]
            return all(call and call["state"] == state for call in theirs) and theirs

        return wait_until(found, f"{len(customers)} calls are {state}")

    return look


@pytest.fixture
def ada_sees(ada_sees_all):
    """The call of one caller, once it is in the given state."""

    def look(customer, state):
        [call] = ada_sees_all([customer], state)
        return call

    return look


@pytest.fixture
def ada(stack, supervisor):
    """Ada at the admin pages, as the floor's supervisor."""
    return Admin(stack, supervisor)


@pytest.fixture(scope="session")
def root(stack):
    """The operator at the admin pages."""
    return Admin(stack, Agent(stack, Sandbox(stack), "root"))


@pytest.fixture
def health(root):
    return Health(root)


@pytest.fixture
def queue_page(ada):
    """A queue's page by its name; all are put back as they were after the journey."""
    opened = []

    def open_page(name):
        opened.append(QueuePage(ada, name))
        return opened[-1]

    yield open_page
    for page in reversed(opened):
        page.restore()


@pytest.fixture
def sales(queue_page):
    return queue_page("Sales")


@pytest.fixture
def support(queue_page):
    return queue_page("Support")


@pytest.fixture
def schedule(root):
    """The number of a new schedule."""
    return partial(make_schedule, root)


@pytest.fixture
def skill(root):
    """The number of a skill, by its name."""
    return partial(make_skill, root)


@pytest.fixture
def program(stack, root):
    """A program that may do what Ada may."""
    return Program(stack, root, user="ada")


@pytest.fixture
def bystanders(caller, agent):
    """Two calls that go on beside: they hear each other all the time, and nobody else ever."""
    agents = [
        agent(f"agent{number:02}", tone=own).is_("available")
        for number, (_, own) in enumerate(BESIDE, start=1)
    ]
    customers = {}
    for tone, _ in BESIDE:
        customer = caller(audio={"tone": tone}, presses="1")
        customers[customer.uuid] = customer, tone
    expected = []
    for one, (_, own) in zip(agents, BESIDE, strict=True):
        leg = one.answers()
        customer, tone = customers[_customer_of(one)]
        expected += [(leg, tone), (customer, own)]
    listeners = [(party, Listener(party), tone) for party, tone in expected]
    yield
    for party, listener, tone in listeners:
        hears(party, tone)
        seconds = [set(second) for second in listener.heard()]
        together = list(dropwhile({tone}.__ne__, seconds))
        assert set().union(*seconds) <= {tone, MUSIC}
        assert all(heard == {tone} for heard in together)


def _customer_of(agent):
    """The uuid of whom the agent talks to: which of two callers comes first is open."""
    legs = agent.call(agent.call_id)["legs"]
    return next(leg["uuid"] for leg in legs if leg["kind"] == "customer")


@pytest.fixture
def joe(agent):
    """Joe, who takes no call yet."""
    return agent("joe", tone=JOE)


@pytest.fixture
def talk(bystanders, caller, agent):
    """A customer who talks with Jane: the customer, Jane, and her leg."""
    jane = agent("jane").is_("available")
    customer = caller(presses="1", audio={"tone": CUSTOMER})
    leg = jane.answers()
    hear((customer, JANE), (leg, CUSTOMER))
    return customer, jane, leg


@pytest.fixture(scope="session")
def dial_rules(root):
    """As many calls as the journeys make, with short times."""
    set_dial_rules(root, per_minute=60, ring_seconds=10, wrap_up_seconds=1)
