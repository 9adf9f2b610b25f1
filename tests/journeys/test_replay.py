"""Recorded journeys give the same rows again: after kills, twice delivered, and shuffled."""

import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from agents.models import Agent as AgentRow
from agents.models import AgentState
from calls import demo
from calls.models import Call, CallEvent, Leg, Offer, QueueEntry, Token, VonageEvent
from tests.journeys.recording import Sent, read, shuffled, uuids
from tests.journeys.replaying import Platform, Web
from tests.world import World
from tools.people import Agent, Sandbox, dial, wait_until
from tools.stack import Stack, free_port, read_settings

SEED = {"SEED_WRAP_UP": "1", "SEED_OFFER": "3", "SANDBOX_SPEECH": "tones"}
JOURNEYS = ["talk", "leave", "missed", "agent_ends", "lost"]


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """The webhooks of five journeys, and the folder of the installation that received them."""
    home = tmp_path_factory.mktemp("recorded")
    stack = Stack(home, port=free_port(), sandbox_port=free_port(), environment=SEED)
    try:
        stack.start()
        sandbox = Sandbox(stack)
        jane, joe = (Agent(stack, sandbox, name) for name in ("jane", "joe"))
        recorded = {name: record(name, stack, sandbox, jane, joe) for name in JOURNEYS}
        yield home, recorded
    finally:
        stack.stop()


def is_through(agent: Agent) -> bool:
    """The wrap-up is over."""
    return bool(agent.me()["state"] != "wrap_up")


def record(name: str, stack: Stack, sandbox: Sandbox, jane: Agent, joe: Agent) -> list[Sent]:
    """Play one journey for real; Jane is available before Joe, so she is rung first."""
    jane.behaves("never" if name == "missed" else "after 0s").is_("available")
    joe.behaves("after 0s").is_("available")
    seen = max((row["n"] for row in sandbox.get("webhooks")), default=0)
    customer = dial(sandbox, demo.MENU, presses="1")
    if name == "leave":
        wait_until(lambda: "music" in str(customer.now()["playing"]), "the music plays")
    elif name == "missed":
        joe.answers()
    else:
        leg = jane.answers()
        leg.hears(700)
        {"talk": lambda: None, "agent_ends": leg.hang_up, "lost": leg.lose}[name]()
        if name == "lost":
            joe.answers().hears(700)
    if name != "agent_ends":
        customer.hang_up()
    wait_until(lambda: not sandbox.live_legs(), "all legs are gone")
    for agent in (jane, joe):
        wait_until(partial(is_through, agent), "wrap-ups are over")
        agent.is_("offline")
    # What the RTC webhook brings is kept and changes nothing.
    return [sent for sent in read(sandbox.get("webhooks", since=seen)) if sent.kind != "rtc"]


# In one process, shuffled --------------------------------------------------------------------


@pytest.fixture
def installation(recordings, settings, db):
    """The recordings, and the rows that each leaves when it is played as it was recorded.

    The database has the same people, and makes the same keys, as the recorded installation.
    """
    home, recorded = recordings
    settings.SECRET_KEY = read_settings(home / ".env")["SECRET_KEY"]
    demo.build(demo.Plan(password="-", offer_seconds=3, wrap_up_seconds=1))
    if not UNDISTURBED:
        for name, sequence in recorded.items():
            play(sequence, sequence)
            UNDISTURBED[name] = rows()
            _forget()
    return recorded, UNDISTURBED


UNDISTURBED: dict[str, dict[str, list[object]]] = {}


def _forget():
    """Nothing has happened yet, to the same people."""
    Call.objects.all().delete()
    VonageEvent.objects.all().delete()
    Token.objects.all().delete()
    AgentState.objects.all().delete()
    AgentRow.objects.update(
        choice="offline", choice_reason="", wrap_up_until=None, idle_since=None,
        failures_in_a_row=0, no_offer_until=None, lost_at=None,
    )  # fmt: skip


def play(recorded: list[Sent], sequence: list[Sent]) -> World:
    """Send the sequence with the router's rounds in between, at the times of the recording."""
    start = datetime.fromtimestamp(recorded[0].at, UTC) - timedelta(seconds=1)
    world = World(start=start)
    by_key = uuids(recorded)
    world.transport.uuid_of = lambda body: by_key[body["answer_url"][0].rsplit("/", 1)[1]]
    world.available(*AgentRow.objects.filter(vonage_user__in=["Jane", "Joe"]).order_by("id"))
    for sent in sequence:
        world.now += timedelta(milliseconds=1)
        if sent.has_consequences:
            world.now = max(world.now, datetime.fromtimestamp(sent.at, UTC))
        world.deliver(sent.path, sent.body.encode())
        world.route()
    world.passes(5)
    return world


def rows() -> dict[str, list[object]]:
    """What was recorded of the journey, without our own clock and counters."""
    times = ("started_at", "ringing_at", "answered_at", "ended_at")
    return {
        "calls": list(
            Call.objects.values_list(
                "key", "state", "outcome", "queue__name", "agent__vonage_user", "node", "attempt",
                "step", "room", "hung_up_by", "ended_at", "version",
            )
        ),
        "legs": list(
            Leg.objects.order_by("key").values_list(
                "key", "uuid", "kind", "agent__vonage_user", "state", "room", "ended_as",
                "disconnected_by", "duration", "price", "rate", "network", "on_purpose", *times,
            )
        ),
        "offers": list(
            Offer.objects.order_by("id").values_list("agent__vonage_user", "state", "cause")
        ),
        "entries": list(QueueEntry.objects.values_list("queue__name", "outcome")),
        "events": list(
            CallEvent.objects.order_by("version").values_list("version", "type", "actor", "reason")
        ),
        "agents": list(
            AgentRow.objects.order_by("vonage_user").values_list("vonage_user", "choice")
        ),
    }  # fmt: skip


@pytest.mark.parametrize("journey", JOURNEYS)
@pytest.mark.parametrize("seed", range(20))
def test_duplicates_and_any_possible_order_give_the_same_rows(installation, journey, seed):
    recorded, undisturbed = installation
    play(recorded[journey], shuffled(recorded[journey], seed=seed))

    assert rows() == undisturbed[journey], f"seed {seed}"


# In real processes, killed -----------------------------------------------------------------------


COMPARED = {
    "calls_call": "key, state, outcome, node, attempt, step, room, hung_up_by, ended_at, version",
    "calls_leg": "key, uuid, kind, state, room, ended_as, disconnected_by, duration, price, "
    "started_at, ringing_at, answered_at, ended_at",
    "calls_offer": "state, cause, agent_id",
    "calls_queueentry": "outcome, queue_id",
    "calls_callevent": "version, type, actor, reason",
    "agents_agent": "vonage_user, choice",
}


def stored(home) -> dict[str, list[Any]]:
    """The rows that a replay left in the database of `home`."""
    with sqlite3.connect(home / "contactcenter.sqlite3") as database:
        return {
            table: sorted(database.execute(f"SELECT {columns} FROM {table}"), key=repr)  # noqa: S608
            for table, columns in COMPARED.items()
        }


@pytest.fixture(scope="module")
def prepared(recordings, tmp_path_factory):
    """A database in which nothing has happened yet but that Jane and Joe are available."""
    recorded_home, recorded = recordings
    home = tmp_path_factory.mktemp("prepared")
    for name in (".env", "demo.json", "sandbox.json"):
        shutil.copy(recorded_home / name, home / name)
    stack = Stack(home, port=free_port(), sandbox_port=free_port(), environment=SEED)
    try:
        stack.start()
        for name in ("jane", "joe"):
            Agent(stack, Sandbox(stack), name).is_("available")
    finally:
        stack.stop()
    return home, recorded["talk"]


def replay(prepared, home, *, killed_after: int | None) -> dict[str, list[Any]]:
    """Send the first journey to real processes, which are killed after one of its webhooks."""
    source, recorded = prepared
    shutil.copytree(source, home)
    with Platform(uuids(recorded)) as platform:
        web = Web(home, platform.address)
        web.start()
        try:
            for number, sent in enumerate(recorded):
                platform.expects(sent)
                web.deliver(sent)
                platform.saw(sent)
                if number == killed_after:
                    web.kill()
                    web.start()
            web.settles()
        finally:
            web.stop()
    return stored(home)


@pytest.mark.timeout(300)
def test_a_kill_after_any_webhook_changes_nothing_in_the_end(prepared, tmp_path):
    undisturbed = replay(prepared, tmp_path / "undisturbed", killed_after=None)
    assert [row[1:3] for row in undisturbed["calls_call"]] == [("ended", "answered")]

    for number, sent in enumerate(prepared[1]):
        disturbed = replay(prepared, tmp_path / str(number), killed_after=number)

        assert disturbed == undisturbed, f"killed after webhook {number}: {sent.kind}"
