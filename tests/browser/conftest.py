"""Chromium beside the whole system: a browser process for each voice, a stack for each module."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

from tools import client_sdk
from tools.browser import EARS, Witness, browser, tone
from tools.pages import ConsolePage, PhonePage
from tools.people import Agent, Sandbox, dial, wait_until
from tools.stack import ROOT, Stack, free_port

SEED = {"SEED_OFFER": "20", "SEED_WRAP_UP": "60", "SANDBOX_SPEECH": "tones"}
VOICES = {"jane": 1100, "joe": 1300}


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            if item.get_closest_marker("timeout") is None:
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


@pytest.fixture(scope="session")
def tables(tmp_path_factory):
    """The file of a database that was migrated and is empty: to make one takes many seconds."""
    path = tmp_path_factory.mktemp("tables") / "empty.sqlite3"
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{path}"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return path


@pytest.fixture(scope="session")
def stack_with(sdk, tables, tmp_path_factory):
    """The whole system, seeded so; it is stopped at the end."""

    @contextmanager
    def running(seed):
        home = tmp_path_factory.mktemp("stack")
        ports = {"port": free_port(), "sandbox_port": free_port()}
        stack = Stack(home, **ports, environment={**SEED, **seed})
        shutil.copy(tables, stack.environment["DATABASE_URL"].removeprefix("sqlite:///"))
        try:
            stack.start()
            yield stack
        finally:
            stack.stop()

    return running


@pytest.fixture(scope="module")
def stack(request, stack_with):
    """The whole system; a module's own SEED says what it needs otherwise."""
    with stack_with(getattr(request.module, "SEED", {})) as stack:
        yield stack


@pytest.fixture(scope="module")
def person(stack):
    """People by their user name, without a browser; a log-in is slow on purpose: one for each."""
    known = {}

    def of(username):
        if username not in known:
            known[username] = Agent(stack, Sandbox(stack), username)
        return known[username]

    return of


@pytest.fixture
def others():
    """Uuids of legs that are none of the test's business, and outlive it."""
    return frozenset()


@pytest.fixture
def sandbox(stack, person, others):
    sandbox = Sandbox(stack, but=others)
    yield sandbox
    sandbox.end_all_legs()
    wait_until(lambda: not sandbox.live_legs(), "all legs of the test are gone")
    if not others:
        sandbox.post("reset")  # which would end the others' too
    for username in VOICES:
        person(username).is_("offline")


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
def robot(sandbox, person):
    """Agents without a browser, who take every call and say a tone; they begin available."""
    present = []

    def log_in(username, tone, answer="after 0s"):
        present.append(person(username).behaves(answer, tone=tone).is_("available"))
        return present[-1]

    yield log_in
    sandbox.end_all_legs()
    for one in present:
        one.is_("offline")


@pytest.fixture
def root_sees(stack, person):
    """The call of a caller, once it is in the given state, as an operator reads it."""
    root = person("root")

    def find(customer, state):
        calls = root.session.get(f"{stack.web}/api/calls?page_size=100", timeout=10).json()
        for call in calls["results"]:
            if customer.uuid in {leg["uuid"] for leg in call["legs"]} and call["state"] == state:
                return root.call(call["id"])
        return None

    def look(customer, state="ended"):
        return wait_until(lambda: find(customer, state), f"the call is {state}")

    return look
