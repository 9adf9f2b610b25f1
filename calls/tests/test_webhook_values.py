"""Values that are odd, unknown or late: the call goes on, and nothing strange gets further."""

import itertools

import pytest
from django.db import InterfaceError, OperationalError

from calls.models import Call, Leg, VonageEvent
from calls.tests.doors import ABSENT, ANSWER, EVENT, KEY, changed, rows
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]

MENU = ["talk", "input"]


def actions(response):
    return [action["action"] for action in response.json()]


def test_a_number_that_is_not_in_service_is_told_so_and_the_call_ends(doors):
    response = doors.post("/webhooks/answer", changed(ANSWER, to="442079469999"))
    doors.post("/webhooks/event", changed(EVENT, status="completed", disconnected_by="platform"))

    assert response.json() == [
        {
            "action": "talk",
            "text": "The number you have called is not in service. Goodbye.",
            "language": "en-GB",
        }
    ]
    call = Call.objects.get()
    assert (call.state, call.outcome, call.hung_up_by) == ("ended", "failed", "system")


ODD = [
    "anonymous",
    "Restricted",
    "Unknown",
    "",
    None,
    ABSENT,
    '"',
    "}",
    "]",
    "\\",
    "{{ 7*7 }}",
    "<speak>",
    "44\r\nX-Evil: 1",
    "\u202e19000977744",
    "😀",
    "٤٤٧٧٠٠٩٠٠٠٠١",
    "4" * 1000,
    "sip:bob@pbx.example.com",
    447700900001,
    ["447700900001", "1"],
    {"number": "447700900001"},
]


@pytest.mark.parametrize("number", ODD, ids=lambda one: ascii(one)[:20])
def test_a_caller_without_a_number_is_a_caller(doors, number):
    response = doors.post("/webhooks/answer", changed(ANSWER, **{"from": number}))

    assert actions(response) == MENU
    assert Call.objects.get().from_number == ""


@pytest.mark.parametrize("number", ["+447700900001", "00447700900001", "+44 7700 900001"])
def test_a_callers_number_is_kept_as_digits(doors, number):
    doors.post("/webhooks/answer", changed(ANSWER, **{"from": number}))

    assert Call.objects.get().from_number == World.CALLER


@pytest.mark.parametrize("number", ODD, ids=lambda one: ascii(one)[:20])
def test_nothing_of_an_odd_number_called_is_repeated(doors, number):
    response = doors.post("/webhooks/answer", changed(ANSWER, to=number))

    assert [set(action) for action in response.json()] == [{"action", "text", "language"}]
    assert response.json()[0]["text"] == "The number you have called is not in service. Goodbye."
    assert Call.objects.get().to_number in {"", World.CALLER}


@pytest.mark.parametrize(
    "url",
    [
        "https://api.nexmo.com.evil.example",
        "https://evil.example/?vonage.com",
        "http://169.254.169.254",
        "https://api-eu-3.vonage.com/" + "a" * 300,
        "file:///etc/passwd",
        7,
        None,
        ABSENT,
    ],
    ids=lambda url: repr(url)[:30],
)
def test_our_token_goes_nowhere_else_whatever_region_is_named(doors, url):
    response = doors.post("/webhooks/answer", changed(ANSWER, region_url=url))

    assert actions(response) == MENU
    assert Leg.objects.get().region_url == ""


@pytest.mark.parametrize(
    "strange",
    [
        {"status": "teleported"},
        {"status": ""},
        {"status": None},
        {"status": 7},
        {"status": ["completed"]},
        {"status": {"completed": 1}},
        {"status": "COMPLETED"},
        {"status": "x" * 5000},
        {"status": "human", "uuid": ABSENT, "call_uuid": World.UUID},
    ],
    ids=lambda strange: str(strange)[:30],
)
def test_a_status_nobody_knows_yet_is_kept_without_effect(doors, strange):
    doors.post("/webhooks/answer", ANSWER)
    before = rows()

    response = doors.post("/webhooks/event", changed(EVENT, **strange))

    assert response.status_code == 204
    assert VonageEvent.objects.last().body == changed(EVENT, **strange)
    assert rows()[:-1] == before[:-1]


def test_fields_nobody_knows_yet_change_nothing_else(doors):
    doors.post("/webhooks/answer", ANSWER)

    doors.post("/webhooks/event", changed(EVENT, status="answered", sentiment={"score": [0.5]}))

    assert Leg.objects.get().state == "answered"
    assert VonageEvent.objects.last().body["sentiment"] == {"score": [0.5]}


def test_news_of_an_unknown_leg_is_kept_until_its_call_is_known(doors):
    orphan = doors.post("/webhooks/event", changed(EVENT, status="answered"))
    before = Leg.objects.count()

    doors.post("/webhooks/answer", ANSWER)

    assert (orphan.status_code, before) == (204, 0)
    assert Leg.objects.get().state == "answered"


STORY = {"started": 0, "ringing": 0, "answered": 2, "completed": 9}


def tell(doors, uuid, status):
    stamp = f"2026-11-20T10:00:{STORY[status]:02}.000Z"
    event = changed(EVENT, uuid=uuid, status=status, timestamp=stamp)
    if status == "completed":
        start = "2026-11-20T10:00:01.500Z"
        event |= {"start_time": start, "end_time": stamp, "duration": "8", "price": "0.01"}
        event |= {"disconnected_by": "user", "network": "GB-FIXED"}
    assert doors.post("/webhooks/event", event).status_code == 204


def final(uuid):
    """The rows of the leg and its call, but for their names."""
    leg = Leg.objects.filter(uuid=uuid).values().get()
    call = Call.objects.filter(id=leg["call_id"]).values().get()
    own = {"id", "call_id", "key", "uuid"}
    return [{k: v for k, v in row.items() if k not in own} for row in (leg, call)]


@pytest.mark.parametrize("order", [*itertools.permutations(STORY)], ids="-".join)
def test_the_same_news_in_any_order_and_twice_gives_the_same_rows(doors, order):
    doors.post("/webhooks/answer", ANSWER)
    for status in STORY:
        tell(doors, World.UUID, status)
    answered_first, answered_last = "b" * 32, "c" * 32

    doors.post("/webhooks/answer", changed(ANSWER, uuid=answered_first))
    for status in (*order, *order):
        tell(doors, answered_first, status)
        tell(doors, answered_last, status)
    doors.post("/webhooks/answer", changed(ANSWER, uuid=answered_last))

    assert final(answered_first) == final(answered_last) == final(World.UUID)
    assert final(World.UUID)[0]["state"] == "ended"


@pytest.mark.parametrize(
    "stamp",
    [
        ABSENT,
        None,
        "",
        "yesterday",
        "2026-11-20",
        "2026-11-20T10:00:00",
        "2026-13-40T99:00:00Z",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        "2026-11-18T10:00:00Z",
        1795168800,
        {},
    ],
    ids=repr,
)
def test_our_time_stands_for_one_that_cannot_be_believed(doors, stamp):
    doors.post("/webhooks/answer", ANSWER)

    ringing = doors.post("/webhooks/event", changed(EVENT, timestamp=stamp))
    ended = doors.post(
        "/webhooks/event",
        changed(EVENT, status="completed", timestamp=stamp, start_time=stamp, end_time=stamp),
    )

    assert (ringing.status_code, ended.status_code) == (204, 204)
    leg = Leg.objects.get()
    assert (leg.ringing_at, leg.answered_at, leg.ended_at) == (
        doors.world.now,
        None,
        doors.world.now,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"duration": "a long time"},
        {"duration": -1},
        {"duration": "9" * 400},
        {"price": "NaN"},
        {"price": "-1"},
        {"price": "1e99"},
        {"price": {}},
        {"rate": "0." + "1" * 4000},
        {"network": ["x"] * 99},
        {"disconnected_by": "somebody nobody has heard of"},
        {"sip_code": "486"},
        {"sip_code": 10**17},
    ],
    ids=lambda wrong: str(wrong)[:30],
)
def test_an_end_is_an_end_whatever_its_numbers_are(doors, wrong):
    doors.post("/webhooks/answer", ANSWER)

    response = doors.post("/webhooks/event", changed(EVENT, status="completed", **wrong))

    assert response.status_code == 204
    assert VonageEvent.objects.last().error == ""
    assert Call.objects.get().state == "ended"


@pytest.mark.parametrize(
    "dtmf",
    [
        ABSENT,
        None,
        "",
        [],
        7,
        {},
        {"digits": None, "timed_out": True},
        {"digits": ""},
        {"digits": 1},
        {"digits": {"0": "1"}},
        {"digits": ["1"]},
        {"digits": "1" * 500},
        {"digits": "a"},
        {"digits": "1\n"},
        {"digits": "\u0661"},
        {"digits": "'; --"},
        "1" * 500,
    ],
    ids=lambda dtmf: repr(dtmf)[:30],
)
def test_what_is_no_key_is_taken_as_silence(doors, dtmf):
    url = doors.post("/webhooks/answer", ANSWER).json()[1]["eventUrl"][0]

    response = doors.post(
        url.removeprefix("http://testserver"), changed(EVENT, status=ABSENT, dtmf=dtmf)
    )

    assert actions(response) == MENU
    assert Call.objects.get().events.filter(type="pressed").get().data["digits"] == ""


@pytest.mark.parametrize("digits", ["9", "*", "#", "*#", "12345678901234567890"])
def test_a_key_that_leads_nowhere_asks_again(doors, digits):
    url = doors.post("/webhooks/answer", ANSWER).json()[1]["eventUrl"][0]

    response = doors.post(
        url.removeprefix("http://testserver"),
        changed(EVENT, status=ABSENT, dtmf={"digits": digits, "timed_out": False}),
    )

    assert actions(response) == ["talk", *MENU]


@pytest.mark.parametrize("kind", ["input", "notify"])
def test_a_question_that_nobody_asked_has_no_answer(doors, kind):
    response = doors.post(f"/webhooks/{kind}/{KEY}/1", changed(EVENT, dtmf={"digits": "1"}))

    assert (response.status_code, response.content) == (204, b"")
    assert not Call.objects.exists()


def test_a_fallback_that_names_no_leg_begins_no_call(doors):
    nameless = {"reason": "Socket timeout.", "original_request": {"type": "event"}}

    kept = doors.post("/webhooks/fallback", nameless)
    refused = doors.post("/webhooks/fallback", nameless | {"to": World.MENU})

    assert (kept.status_code, refused.status_code) == (204, 400)
    assert not Call.objects.exists()


def test_when_interpreting_fails_the_fact_is_kept_and_taken_up_again(doors, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("calls.services.flows.begin", fail)
        failed = doors.post("/webhooks/answer", ANSWER)
    kept = VonageEvent.objects.get()
    again = doors.post("/webhooks/answer", ANSWER)

    assert (failed.status_code, failed.content) == (500, b"")
    assert (kept.body, kept.error, kept.reply_status) == (ANSWER, "ZeroDivisionError", 500)
    assert actions(again) == MENU
    assert VonageEvent.objects.get().error == ""


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_while_the_database_is_away_vonage_is_asked_to_try_again(doors, monkeypatch, error):
    def fail(*args, **kwargs):
        raise error("connection to 10.0.0.7 failed for user 447700900001")

    with monkeypatch.context() as away:
        away.setattr("calls.services.facts.take", fail)
        refused = doors.post("/webhooks/answer", ANSWER)
    again = doors.post("/webhooks/answer", ANSWER)

    assert (refused.status_code, refused["Retry-After"]) == (503, "1")
    assert actions(again) == MENU
