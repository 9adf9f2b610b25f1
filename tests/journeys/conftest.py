"""Real processes for the journeys: one sandbox, web and router, for all of a worker's journeys."""

import pytest

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


@pytest.fixture
def agent(stack, sandbox):
    """Logs agents in; all are offline again after the journey."""
    present = []

    def log_in(username, answer="after 0s", **behaviour):
        one = Agent(stack, sandbox, username).behaves(answer, **behaviour)
        present.append(one)
        return one

    yield log_in
    sandbox.end_all_legs()
    for one in present:
        one.close_console()  # first, or its last heartbeat would say that it is there
        one.is_("offline")


@pytest.fixture
def ada_sees(stack, sandbox):
    """The call of a caller, once it is in the given state, as a supervisor reads it back."""
    ada = Agent(stack, sandbox, "ada")

    def look(customer, state):
        def found():
            calls = ada.session.get(f"{stack.web}/api/calls?page_size=100").json()["results"]
            return next(
                (
                    call
                    for call in calls
                    if call["state"] == state
                    and any(leg["uuid"] == customer.uuid for leg in call["legs"])
                ),
                None,
            )

        return wait_until(found, f"the call is {state}")

    return look
