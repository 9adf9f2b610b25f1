"""Chromium beside the whole system: a browser process for each voice, a stack for each module."""

import pytest
from playwright.sync_api import sync_playwright

from tools import client_sdk
from tools.browser import EARS, Witness, browser, tone
from tools.pages import ConsolePage, PhonePage
from tools.people import Agent, Sandbox, dial, wait_until
from tools.stack import Stack, free_port

SEED = {"SEED_OFFER": "20", "SEED_WRAP_UP": "60", "SANDBOX_SPEECH": "tones"}
VOICES = {"jane": 1100, "joe": 1300}


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(180))


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def voice(playwright, tmp_path_factory):
    """The browser process whose microphone says this many hertz."""
    folder = tmp_path_factory.mktemp("voices")
    processes, found = [], {}

    def speaking(hz):
        if hz not in found:
            process = browser(playwright, tone(folder / f"{hz}.wav", hz))
            processes.append(process)
            found[hz] = process.__enter__()
        return found[hz]

    yield speaking
    for process in processes:
        process.__exit__(None, None, None)


@pytest.fixture
def expected():
    """Words of errors that a test brings about on purpose."""
    return []


@pytest.fixture
def page_of(voice, expected):
    """A page in a context of its own; whatever went wrong in it fails the test."""
    witnesses, contexts = [], []

    def open_page(hz=1100, **options):
        context = voice(hz).new_context(permissions=["microphone"], **options)
        contexts.append(context)
        context.add_init_script(EARS)
        witnesses.append(Witness(context))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    noted = [one for witness in witnesses for one in witness.others(expected)]
    if noted:
        pytest.fail("\n".join(noted))


@pytest.fixture(scope="session")
def sdk():
    """The file that the console calls with; without it nothing here could be tried."""
    client_sdk.fetch(client_sdk.SDK)


@pytest.fixture(scope="module")
def stack(request, sdk, tmp_path_factory):
    """The whole system; a module's own SEED says what it needs otherwise."""
    stack = Stack(
        tmp_path_factory.mktemp("stack"),
        port=free_port(),
        sandbox_port=free_port(),
        environment={**SEED, **getattr(request.module, "SEED", {})},
    )
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
    wait_until(lambda: not sandbox.live_legs(), "all legs of the test are gone")
    sandbox.post("reset")
    for username in VOICES:
        Agent(stack, sandbox, username).is_("offline")


@pytest.fixture
def caller(stack, sandbox):
    """A robot dials one of our numbers by its name, and says 700 Hz."""

    def call(number="menu", **said):
        return dial(sandbox, stack.described()["numbers"][number], **said)

    return call


@pytest.fixture
def console(stack, sandbox, page_of):
    """An agent's console in a browser of their own voice, logged in."""

    def open_console(username="jane", **options):
        return ConsolePage(page_of(VOICES[username], **options), stack, username).log_in()

    return open_console


@pytest.fixture
def jane(console):
    """Jane at her console, available."""
    return console("jane").go_available()


@pytest.fixture
def phone(stack, sandbox, page_of):
    """The phone page, with a voice of 700 Hz."""
    return PhonePage(page_of(700), stack).open()


@pytest.fixture
def root_sees(stack, sandbox):
    """The call of a caller, once it is in the given state, as an operator reads it."""
    root = Agent(stack, sandbox, "root")

    def find(customer, state):
        calls = root.session.get(f"{stack.web}/api/calls?page_size=100", timeout=10).json()
        for call in calls["results"]:
            if customer.uuid in {leg["uuid"] for leg in call["legs"]} and call["state"] == state:
                return root.call(call["id"])
        return None

    def look(customer, state="ended"):
        return wait_until(lambda: find(customer, state), f"the call is {state}")

    return look
