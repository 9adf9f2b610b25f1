"""What waits to be done in an agent's queues, and what is done with a message."""

import sys
from datetime import timedelta

import pytest

from calls.models import Queue, Voicemail
from calls.tests.doors import error
from calls.tests.leftovers import SOUND, callback, message
from calls.tests.sockets import refused, run
from calls.tests.test_api_agents import stamp
from conftest import START

pytestmark = [pytest.mark.db]
rows = pytest.mark.django_db
sockets = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def billing(db):
    """A queue that none of them serves."""
    return Queue.objects.create(name="Billing")


@rows
def test_an_agent_with_nothing_to_do_is_told_so(janes, sales):
    assert janes.get("/api/todo").json() == {"voicemails": [], "callbacks": [], "outcomes": []}


@rows
def test_messages_are_listed_with_all_that_is_needed_the_oldest_first(janes, jane, joe, sales):
    second = message(sales, START + timedelta(seconds=1), state="claimed", agent=joe)
    first = message(sales, START, sound=None)

    shown = janes.get("/api/todo").json()["voicemails"]

    assert shown[0] == {
        "id": first.id,
        "call": first.call_id,
        "queue": "Sales",
        "number": "447700900001",
        "began_at": stamp(START),
        "duration": 7,
        "state": "new",
        "claimed_by": None,
        "mine": False,
        "claimable": True,
        "audio": None,
    }
    assert (shown[1]["claimed_by"], shown[1]["mine"]) == ("Joe", False)
    assert shown[1]["audio"] == f"/api/voicemails/{second.id}/audio"


@rows
def test_what_is_mine_is_marked(janes, jane, sales):
    message(sales, START, state="claimed", agent=jane)

    (shown,) = janes.get("/api/todo").json()["voicemails"]

    assert (shown["claimed_by"], shown["mine"]) == ("Jane", True)


@rows
@pytest.mark.parametrize("state", ["recording", "empty", "done"])
def test_only_open_messages_are_listed(janes, sales, state):
    message(sales, START, state=state)

    assert janes.get("/api/todo").json()["voicemails"] == []


@rows
def test_a_message_that_an_agent_may_only_see_is_not_theirs_to_claim(browser, jane, sales, billing):
    jane.user.is_superuser = True
    jane.user.save()
    message(sales, START)
    others = message(billing, START + timedelta(seconds=1))
    message(None, START + timedelta(seconds=2))

    shown = browser(jane.user).get("/api/todo").json()["voicemails"]

    assert [one["claimable"] for one in shown] == [True, False, True]
    refused_to = browser(jane.user).post(f"/api/voicemails/{others.id}/claim")
    assert error(refused_to) == (404, "not_found")


@rows
def test_somebodys_own_messages_are_listed_however_long_the_list_is(
    janes, jane, sales, monkeypatch
):
    monkeypatch.setattr(sys.modules["calls.selectors.todo"], "MOST", 2)
    oldest = message(sales, START)
    for second in (1, 2):
        message(sales, START + timedelta(seconds=second))
    own = message(sales, START + timedelta(seconds=3), state="claimed", agent=jane)

    shown = janes.get("/api/todo").json()["voicemails"]

    assert [one["id"] for one in shown] == [oldest.id, own.id]


@rows
def test_callbacks_are_listed_with_their_tries(janes, sales):
    Queue.objects.filter(id=sales.id).update(callback_tries=4)
    later = START + timedelta(minutes=15)
    asked = callback(sales, START, retry_at=later)
    for state in ("reached", "expired", "cancelled"):
        callback(sales, START, state=state)

    shown = janes.get("/api/todo").json()["callbacks"]

    assert shown == [
        {
            "id": asked.id,
            "call": asked.call_id,
            "queue": "Sales",
            "number": "447700900005",
            "asked_at": stamp(START),
            "enqueued_at": stamp(START),
            "tries": 1,
            "max_tries": 4,
            "state": "waiting",
            "retry_at": stamp(later),
        }
    ]


@rows
def test_what_was_left_for_queues_of_others_is_not_listed(janes, sales, billing):
    message(billing, START)
    callback(billing, START)

    assert janes.get("/api/todo").json() == {"voicemails": [], "callbacks": [], "outcomes": []}


@rows
def test_messages_for_no_queue_are_for_all_who_work_here(browser, jane, ada, cy, sales):
    message(None, START)

    shown = [
        len(browser(user).get("/api/todo").json()["voicemails"]) for user in (jane.user, ada, cy)
    ]

    assert shown == [1, 1, 0]


@rows
def test_who_claimed_a_message_and_left_its_queue_still_finds_it(janes, jane, billing):
    left = message(billing, START, state="claimed", agent=jane)

    (shown,) = janes.get("/api/todo").json()["voicemails"]

    assert (shown["id"], shown["mine"]) == (left.id, True)


@rows
def test_a_long_list_takes_as_many_looks_as_a_short_one(
    janes, sales, jane, django_assert_max_num_queries
):
    for second in range(9):
        message(sales, START + timedelta(seconds=second), state="claimed", agent=jane)
        callback(sales, START)

    with django_assert_max_num_queries(8):
        shown = janes.get("/api/todo").json()

    assert (len(shown["voicemails"]), len(shown["callbacks"])) == (9, 9)


@rows
@pytest.mark.parametrize(
    ("ending", "kind", "shown_as"),
    [
        ("mp3", "audio/mpeg", "inline"),
        ("wav", "audio/wav", "inline"),
        ("html", "application/octet-stream", "attachment"),
    ],
)
def test_the_sound_of_a_message_is_for_the_ear_alone(janes, sales, ending, kind, shown_as):
    left = message(sales, START, ending=ending)

    reply = janes.get(f"/api/voicemails/{left.id}/audio")

    assert (reply.status_code, b"".join(reply.streaming_content)) == (200, SOUND)
    assert reply["Content-Type"] == kind
    assert reply["Content-Disposition"] == f'{shown_as}; filename="message-{left.id}.{ending}"'
    assert (reply["Cache-Control"], reply["X-Content-Type-Options"]) == (
        "private, no-store",
        "nosniff",
    )


@rows
@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [("bytes=0-1", 0, 1), ("bytes=4-", 4, 15), ("bytes=10-99", 10, 15), ("bytes=15-15", 15, 15)],
)
def test_players_may_ask_for_a_part_of_the_sound(janes, sales, wanted, first, last):
    left = message(sales, START)

    reply = janes.get(f"/api/voicemails/{left.id}/audio", headers={"Range": wanted})

    assert (reply.status_code, b"".join(reply.streaming_content)) == (206, SOUND[first : last + 1])
    assert reply["Content-Range"] == f"bytes {first}-{last}/16"
    assert reply["Content-Length"] == str(last - first + 1)
    reply.close()


@rows
@pytest.mark.parametrize(
    "wanted",
    [
        *("bytes=16-", "bytes=9-3", "bytes=-5", "bytes=0-1,4-5", "lines=1-2", "bytes=x-"),
        *(f"bytes={'9' * 5000}-", f"bytes=0-{'9' * 5000}"),
    ],
    ids=lambda wanted: wanted[:20],
)
def test_a_part_that_means_nothing_is_the_whole(janes, sales, wanted):
    left = message(sales, START)

    reply = janes.get(f"/api/voicemails/{left.id}/audio", headers={"Range": wanted})

    assert (reply.status_code, b"".join(reply.streaming_content)) == (200, SOUND)


@rows
def test_a_sound_that_is_not_there_is_not_found(janes, sales):
    without, lost = message(sales, START, sound=None), message(sales, START)
    lost.audio.storage.delete(lost.audio.name)

    replies = [janes.get(f"/api/voicemails/{one.id}/audio") for one in (without, lost)]

    assert [error(reply) for reply in replies] == [(404, "not_found")] * 2


@rows
def test_a_message_is_claimed_given_back_and_done(janes, jane, sales):
    left = message(sales, START)

    told = [
        janes.post(f"/api/voicemails/{left.id}/{act}").json()
        for act in ("claim", "release", "claim", "done")
    ]

    assert [(one["state"], one["claimed_by"]) for one in told] == [
        ("claimed", "Jane"),
        ("new", None),
        ("claimed", "Jane"),
        ("done", "Jane"),
    ]


@rows
def test_who_comes_second_is_told_that_it_is_taken(browser, jane, joe, sales):
    left = message(sales, START, state="claimed", agent=joe)

    refusal = browser(jane.user).post(f"/api/voicemails/{left.id}/claim")

    assert refusal.status_code == 409
    assert Voicemail.objects.get().agent == joe


@sockets
async def test_the_console_claims_gives_back_and_finishes(world, consoles, jane, sales):
    left = await run(message, sales, START)
    socket, _ = await consoles(jane.user)

    states = []
    for act in ("claim", "release", "claim", "finish"):
        answer, _ = await socket.ask(command=f"{act}_voicemail", voicemail=left.id)
        assert answer["ok"] is True
        states.append((await run(Voicemail.objects.get)).state)

    assert states == ["claimed", "new", "claimed", "done"]


@sockets
async def test_a_message_of_another_queue_is_not_there_for_the_console(
    world, consoles, jane, billing
):
    left = await run(message, billing, START)
    socket, _ = await consoles(jane.user)

    for act in ("claim", "release", "finish"):
        answer, _ = await socket.ask(command=f"{act}_voicemail", voicemail=left.id)
        assert refused(answer, "not_found")
    answer, _ = await socket.ask(command="claim_voicemail", voicemail="1")
    assert refused(answer, "invalid")


@sockets
async def test_messages_need_no_phone(world, consoles, jane, sales):
    left = await run(message, sales, START)
    phone, _ = await consoles(jane.user)
    other, _ = await consoles(jane.user)
    await phone.ask(command="claim", tab="x" * 16)

    answer, _ = await other.ask(command="claim_voicemail", voicemail=left.id)

    assert answer["ok"] is True


@sockets
async def test_whatever_becomes_of_a_message_changes_the_row_of_its_queue_for_everybody(
    world, consoles, jane, joe, sales
):
    left = await run(message, sales, START)
    janes, _ = await consoles(jane.user)
    joes, _ = await consoles(joe.user)

    told = []
    for act in ("claim", "release", "claim", "finish"):
        await janes.ask(command=f"{act}_voicemail", voicemail=left.id)
        (row,) = (await joes.frame())["changes"]["queues"]
        told.append((row["voicemails"], row["voicemails_claimed"]))

    assert told == [(0, 1), (1, 0), (0, 1), (0, 0)]


@rows
@pytest.mark.parametrize(
    ("state", "counted"), [("waiting", (1, 0)), ("calling", (1, 1)), ("reached", (0, 0))]
)
def test_the_row_of_a_queue_counts_callbacks_and_those_being_made(janes, sales, state, counted):
    callback(sales, START, state=state)

    (row,) = janes.get("/api/queues").json()["results"]

    assert (row["callbacks"], row["callbacks_calling"]) == counted
