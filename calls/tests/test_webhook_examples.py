"""Every example of a webhook that Vonage documents: accepted, kept, and understood."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import jwt
import pytest

from calls.models import Call, Leg, Offer, VonageEvent
from calls.services import offers
from calls.tests.doors import rows
from tests.world import World, authorization

pytestmark = [pytest.mark.db, pytest.mark.django_db]

EXAMPLES = json.loads((Path(__file__).parent / "payloads/webhook-examples.json").read_text())
RTC = EXAMPLES["rtc"]
AGENT_UUID = EXAMPLES["out_started"]["uuid"]
NAMED_BY_LEG = [
    name
    for name, example in EXAMPLES.items()
    if isinstance(example, dict) and "status" in example and name != "transcribed"
]
CALLERS = [name for name in NAMED_BY_LEG if EXAMPLES[name].get("uuid") == World.UUID]
WITHOUT_EFFECT = [
    "human",
    "machine",
    "disconnected",
    "transfer",
    "record",
    "transcribed",
    "error",
]
UNANSWERED = ["busy", "cancelled", "timeout", "unanswered", "rejected", "failed"]
KEPT_AS_EVENT = [*NAMED_BY_LEG, "transfer", "record", "transcribed", "error"]


@pytest.fixture
def offer(doors, jane):
    """Jane is rung; her leg bears the uuid of the examples."""
    doors.world.available(jane)
    doors.world.waits("b" * 32)
    doors.world.route()
    Leg.objects.filter(kind="agent").update(uuid=AGENT_UUID)
    return doors.world.offer()


def example(doors, name, path):
    response = doors.post(path, EXAMPLES[name])
    kept = VonageEvent.objects.last()
    assert (kept.body, kept.path, kept.error) == (EXAMPLES[name], path, "")
    assert kept.reply_status == response.status_code
    return response


def actions(response):
    return [action["action"] for action in response.json()]


def question(doors):
    """The address to which the answer to the menu is posted."""
    ncco = doors.world.answer()
    return ncco[-1]["eventUrl"][0].removeprefix("http://testserver")


def test_no_example_is_left_out():
    tested = {
        *("$comment", "signature_claims", "rtc", "fallback", "notify"),
        *("answer_pstn", "answer_sip", "answer_app"),
        *("input_dtmf", "input_legacy", "input_timeout", "input_speech"),
        *KEPT_AS_EVENT,
    }

    assert EXAMPLES.keys() == tested
    assert {*CALLERS, *UNANSWERED, *WITHOUT_EFFECT} | {
        *("out_started", "out_ringing", "out_answered", "completed_unanswered"),
    } == set(KEPT_AS_EVENT)


def test_the_signatures_of_these_tests_claim_what_vonage_claims(doors):
    token = authorization(b"{}", iat=doors.world.now).removeprefix("Bearer ")

    claimed = jwt.decode(token, options={"verify_signature": False})

    example = EXAMPLES["signature_claims"]
    assert claimed.keys() == example.keys()
    same = ("iss", "iat", "api_key", "application_id")
    assert {name: claimed[name] for name in same} == {name: example[name] for name in same}


@pytest.mark.parametrize(
    ("name", "from_number"), [("answer_pstn", "447700900123"), ("answer_sip", "")]
)
def test_a_caller_hears_the_menu(doors, name, from_number):
    response = example(doors, name, "/webhooks/answer")

    assert actions(response) == ["talk", "input"]
    call, leg = Call.objects.get(), Leg.objects.get()
    assert (call.direction, call.from_number, call.to_number) == (
        "inbound",
        from_number,
        World.MENU,
    )
    assert (leg.kind, leg.uuid, leg.region_url) == (
        "customer",
        World.UUID,
        "https://api-eu-3.vonage.com",
    )


def test_a_browser_that_calls_a_number_of_nobodys_is_told_so(doors):
    response = example(doors, "answer_app", "/webhooks/answer")

    assert actions(response) == ["talk"]
    assert Call.objects.get().from_number == ""


def test_the_fallback_of_an_unknown_call_begins_it(doors):
    response = example(doors, "fallback", "/webhooks/fallback")

    assert actions(response) == ["talk", "input"]
    assert Call.objects.get().state == "in_flow"


def test_the_fallback_of_a_known_call_says_where_it_stands(doors):
    doors.world.waits()

    response = example(doors, "fallback", "/webhooks/fallback")

    assert actions(response) == ["conversation"]
    assert Call.objects.get().state == "queued"


@pytest.mark.parametrize(
    ("name", "state", "moment"),
    [
        ("started", "started", "started_at"),
        ("ringing", "ringing", "ringing_at"),
        ("answered", "answered", "answered_at"),
    ],
)
def test_a_callers_leg_goes_forward(doors, name, state, moment):
    doors.world.answer()

    response = example(doors, name, "/webhooks/event")

    assert response.status_code == 204
    leg = Leg.objects.get()
    assert (leg.state, getattr(leg, moment)) == (state, datetime(2026, 11, 20, 10, tzinfo=UTC))


def test_a_callers_end_is_read_to_the_last_field(doors):
    doors.world.answer()

    response = example(doors, "completed", "/webhooks/event")

    assert response.status_code == 204
    leg, call = Leg.objects.get(), Call.objects.get()
    end = datetime(2026, 11, 20, 10, 2, 13, tzinfo=UTC)
    assert (leg.state, leg.ended_as, leg.ended_at) == ("ended", "completed", end)
    assert leg.answered_at == datetime(2026, 11, 20, 10, 0, 3, tzinfo=UTC)
    assert (leg.duration, leg.network, leg.disconnected_by) == (130, "GB-FIXED", "user")
    assert (leg.price, leg.rate) == (Decimal("0.0156"), Decimal("0.0072"))
    assert (call.state, call.outcome, call.hung_up_by, call.ended_at) == (
        "ended",
        "abandoned_in_flow",
        "customer",
        end,
    )


@pytest.mark.parametrize("name", ["out_started", "out_ringing", "out_answered"])
def test_an_agents_leg_goes_forward_and_the_offer_stands(doors, offer, name):
    response = example(doors, name, f"/webhooks/event/{offer.leg.key}")

    assert response.status_code == 204
    offer.refresh_from_db()
    assert (offer.leg.state, offer.state) == (EXAMPLES[name]["status"], "pending")


OUTCOMES = {
    # how it ended: without a phone that rang, and with one
    "busy": [("failed", "device"), ("failed", "device")],
    "cancelled": [("failed", "unreachable"), ("missed", "")],
    "timeout": [("failed", "unreachable"), ("missed", "")],
    "unanswered": [("failed", "unreachable"), ("missed", "")],
    "rejected": [("failed", "device"), ("declined", "")],
    "failed": [("failed", "platform"), ("failed", "platform")],
    "completed_unanswered": [("failed", "unreachable"), ("missed", "")],
}


@pytest.mark.parametrize("seen", [False, True], ids=["unseen", "seen"])
@pytest.mark.parametrize("name", OUTCOMES)
def test_an_agents_leg_that_ends_unanswered_ends_the_offer(doors, jane, offer, name, seen):
    if seen:
        offers.see(offer_id=offer.id, agent_id=jane.id, now=doors.world.now)

    response = example(doors, name, f"/webhooks/event/{offer.leg.key}")

    assert response.status_code == 204
    offer.refresh_from_db()
    assert (offer.state, offer.cause) == OUTCOMES[name][seen]
    assert (offer.leg.state, offer.leg.ended_as) == ("ended", EXAMPLES[name]["status"])
    assert Call.objects.get().state == "queued"


@pytest.mark.parametrize("first", UNANSWERED)
def test_the_end_that_follows_takes_nothing_back(doors, offer, first):
    example(doors, first, f"/webhooks/event/{offer.leg.key}")

    example(doors, "completed_unanswered", f"/webhooks/event/{offer.leg.key}")

    leg, kept = Leg.objects.get(kind="agent"), Offer.objects.get()
    assert (kept.state, kept.cause) == OUTCOMES[first][False]
    assert (leg.ended_as, leg.answered_at) == (first, None)
    assert (leg.duration, leg.price, leg.network) == (0, Decimal(0), "23410")


@pytest.mark.parametrize("sip_code", [408, 480, 486, 487, 503, 600, 603])
def test_an_end_alone_says_the_same_as_the_two_events_would(doors, offer, sip_code):
    words = {480: "unanswered", 486: "busy", 603: "rejected", 503: "failed"}
    words |= {408: "timeout", 487: "cancelled", 600: "busy"}

    doors.post(
        f"/webhooks/event/{offer.leg.key}",
        EXAMPLES["completed_unanswered"] | {"sip_code": sip_code},
    )

    offer.refresh_from_db()
    assert (offer.state, offer.cause) == OUTCOMES[words[sip_code]][False]


@pytest.mark.parametrize("name", WITHOUT_EFFECT)
def test_what_we_make_no_use_of_is_only_kept(doors, offer, name):
    doors.world.answer()
    before = rows()[:-1]

    response = example(doors, name, "/webhooks/event")

    assert response.status_code == 204
    assert rows()[:-1] == before


@pytest.mark.parametrize("name", ["input_dtmf", "input_legacy"])
def test_a_key_leads_into_the_queue(doors, sales, name):
    response = example(doors, name, question(doors))

    assert actions(response) == ["conversation"]
    assert Call.objects.get().queue == sales


@pytest.mark.parametrize("name", ["input_timeout", "input_speech"])
def test_no_key_asks_again(doors, name):
    response = example(doors, name, question(doors))

    assert actions(response) == ["talk", "input"]
    assert Call.objects.get().attempt == 2


def test_a_notice_without_uuid_goes_on_with_its_call(doors, sales):
    doors.world.press(doors.world.answer(), "2")
    doors.world.passes(1)
    moved = doors.world.sent("PUT", "transfer")[0]["destination"]["ncco"]

    response = example(doors, "notify", moved[-1]["eventUrl"][0].removeprefix("http://testserver"))

    assert actions(response) == ["conversation"]
    assert Call.objects.get().queue == sales


def without_ends(event):
    """As it is kept: callers' numbers stand there, and no leg is named by which to erase them."""
    channel = event["body"].get("channel")
    if channel is None:
        return event
    rest = {name: value for name, value in channel.items() if name not in {"from", "to"}}
    return event | {"body": event["body"] | {"channel": rest}}


@pytest.mark.parametrize("name", RTC)
def test_events_of_the_conversation_are_only_kept(doors, offer, name):
    before = rows()[:-1]

    response = doors.post("/webhooks/rtc", RTC[name])

    kept = VonageEvent.objects.last()
    assert (response.status_code, response.content) == (204, b"")
    assert (kept.kind, kept.body) == ("rtc", without_ends(RTC[name]))
    assert rows()[:-1] == before


def test_whose_number_an_event_of_the_conversation_names_is_not_kept(doors):
    doors.post("/webhooks/rtc", RTC["member:invited"])

    kept = VonageEvent.objects.get()
    assert "447700900123" not in json.dumps(kept.body)
    assert kept.body["body"]["channel"] == {"type": "app"}


def test_events_of_the_conversation_that_differ_in_the_number_alone_are_two(doors):
    event = RTC["member:invited"]
    channel = event["body"]["channel"] | {"from": {"type": "phone", "number": "447700900124"}}

    for one in (event, event, event | {"body": event["body"] | {"channel": channel}}):
        doors.post("/webhooks/rtc", one)

    assert VonageEvent.objects.count() == 2


@pytest.mark.parametrize("body", [{"channel": "phone"}, {"channel": []}, "phone", None, []])
def test_events_of_the_conversation_without_a_channel_are_kept_as_they_came(doors, body):
    event = RTC["member:invited"] | {"body": body}

    response = doors.post("/webhooks/rtc", event)

    assert (response.status_code, VonageEvent.objects.get().body) == (204, event)
