"""Vonage's words for a leg, read without trust."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calls.services.news import BELIEVABLE, digits_of, news_of, time_of, uuid_of
from calls.states import LEG_STATES

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
UUID = "0779a56d002f1c7f47f82ef5fe84ab79"
FIELDS = [
    "uuid",
    "call_uuid",
    "status",
    "timestamp",
    "start_time",
    "end_time",
    "sip_code",
    "disconnected_by",
    "duration",
    "price",
    "rate",
    "network",
    "dtmf",
]

stamps = st.datetimes(timezones=st.none() | st.timezones()).map(lambda time: time.isoformat())
numerals = st.decimals().map(str) | st.integers().map(str) | st.floats().map(str)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | stamps | numerals,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
payloads = st.dictionaries(st.sampled_from(FIELDS), anything)


def news(**payload):
    return news_of(payload, now=NOON)


@pytest.mark.parametrize("uuid", [UUID, "aa0f6f9e-2b2e-4a52-9f4e-000000000001", "x" * 64])
def test_a_leg_is_known_by_its_uuid_with_or_without_dashes(uuid):
    assert uuid_of({"uuid": uuid}) == uuid
    assert uuid_of({"call_uuid": uuid}) == uuid


@pytest.mark.parametrize(
    "uuid",
    [
        "' OR 1=1 --",
        "../../etc/passwd",
        "a" * 65,
        "a" * 10_000,
        "a\x00b",
        "",
        " ",
        UUID + "\n",
        "\u0660\u0661",
        "\u00e9",
        None,
        7,
        True,
        [UUID],
        {"uuid": UUID},
    ],
)
def test_what_is_not_formed_like_a_uuid_is_none(uuid):
    assert uuid_of({"uuid": uuid}) == ""
    assert uuid_of({"call_uuid": uuid}) == ""


def test_without_any_uuid_there_is_none():
    assert uuid_of({}) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-20T12:00:03.250Z", NOON + timedelta(milliseconds=3250)),
        ("2026-11-20T13:00:00+01:00", NOON),
        ("2026-11-20 12:00:00Z", NOON),
    ],
)
def test_a_time_with_its_zone_is_believed(value, expected):
    assert time_of(value, now=NOON) == expected


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "noon",
        "2026-11-20T12:00:00",
        "2026-11-20",
        "2026-13-45T12:00:00Z",
        "2026-11-20T25:00:00Z",
        "2026-11-20T12:00:00+99:99",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "12:00:00Z",
        1795176000,
        ["2026-11-20T12:00:00Z"],
        True,
    ],
)
def test_a_time_that_cannot_be_right_is_ours(value):
    assert time_of(value, now=NOON) is None
    assert news(status="ringing", timestamp=value).at == NOON


@pytest.mark.parametrize("direction", [1, -1])
def test_a_time_is_believed_up_to_a_day_from_ours(direction):
    furthest = NOON + direction * BELIEVABLE

    assert time_of(furthest.isoformat(), now=NOON) == furthest
    beyond = furthest + direction * timedelta(microseconds=1)
    assert time_of(beyond.isoformat(), now=NOON) is None


def test_a_leg_ended_when_the_platform_says_so_not_when_the_event_was_written():
    told = news(
        status="completed",
        start_time="2026-11-20T11:58:00.000Z",
        end_time="2026-11-20T11:59:00.000Z",
        timestamp="2026-11-20T11:59:01.500Z",
    )

    assert told.at == NOON - timedelta(minutes=1)
    assert told.answered_at == NOON - timedelta(minutes=2)


def test_an_end_time_that_cannot_be_right_gives_way_to_the_events_own():
    told = news(status="completed", end_time="soon", timestamp="2026-11-20T11:59:00Z")

    assert told.at == NOON - timedelta(minutes=1)


def test_a_whole_event_is_understood():
    told = news(
        status="completed",
        sip_code=200,
        disconnected_by="user",
        duration="130",
        price="0.02166667",
        rate="0.01000000",
        network="GB-FIXED",
    )

    assert (told.status, told.sip_code, told.disconnected_by) == ("completed", 200, "user")
    assert (told.duration, told.network) == (130, "GB-FIXED")
    assert (told.price, told.rate) == (Decimal("0.02166667"), Decimal("0.01"))


def test_numbers_may_come_as_numbers():
    told = news(status="completed", duration=130, price=0.5, rate=0)

    assert (told.duration, told.price, told.rate) == (130, Decimal("0.5"), Decimal(0))


@pytest.mark.parametrize("status", ["hovering", "COMPLETED", "", None, 7, ["completed"], {}])
def test_a_status_of_the_future_is_no_state(status):
    assert news(status=status).status not in LEG_STATES


def test_a_field_of_the_future_changes_nothing():
    assert news(status="ringing", quality={"mos": 4.2}) == news(status="ringing")


@pytest.mark.parametrize(
    "value", ["NaN", "sNaN", "Infinity", "-1", "1000", "1e999999", "free", "", None, [], {}, True]
)
def test_a_price_that_cannot_be_right_is_not_known(value):
    assert (news(price=value).price, news(rate=value).rate) == (None, None)


@pytest.mark.parametrize(
    "value", ["-1", "1.5", "1e3", "10000000", "\u00b2", "long", "", None, [], {}, True, 1.0]
)
def test_a_duration_that_cannot_be_right_is_not_known(value):
    assert news(duration=value).duration is None


@pytest.mark.parametrize("value", ["busy", "", None, [], 4.86])
def test_a_sip_code_that_is_no_number_is_not_known(value):
    assert news(sip_code=value).sip_code is None


@pytest.mark.parametrize("value", [486, "486"])
def test_a_sip_code_may_come_as_text(value):
    assert news(sip_code=value).sip_code == 486


@pytest.mark.parametrize(
    ("dtmf", "expected"),
    [
        ({"digits": "1", "timed_out": False}, "1"),
        ({"digits": "*#", "timed_out": False}, "*#"),
        ({"digits": "0123456789*#01234567", "timed_out": False}, "0123456789*#01234567"),
        ({"digits": None, "timed_out": True}, ""),
        ({"digits": "", "timed_out": True}, ""),
        ({"digits": "1" * 21}, ""),
        ({"digits": "1" * 500}, ""),
        ({"digits": "abc"}, ""),
        ({"digits": "1\n"}, ""),
        ({"digits": "\u0661"}, ""),
        ({"digits": {"digits": "1"}}, ""),
        ({"digits": ["1"]}, ""),
        ({"digits": 1}, ""),
        ({}, ""),
        ("1", "1"),
        ("", ""),
        (1, ""),
        (None, ""),
        (["1"], ""),
    ],
)
def test_keys_are_digits_star_and_hash_in_todays_form_and_the_old_one(dtmf, expected):
    assert digits_of({"dtmf": dtmf}) == expected


def test_without_keys_there_are_none():
    assert digits_of({}) == ""


@given(payloads)
@example({"timestamp": "0001-01-01T00:00:00+14:00"})
@example({"price": "1e-999999999"})
@settings(derandomize=True, deadline=None)
def test_whatever_comes_is_read_within_bounds(payload):
    told = news_of(payload, now=NOON)

    assert isinstance(told.status, str)
    assert abs(told.at - NOON) <= BELIEVABLE
    assert told.answered_at is None or abs(told.answered_at - NOON) <= BELIEVABLE
    assert told.duration is None or 0 <= told.duration < 10**6
    assert all(fee is None or 0 <= fee < 1000 for fee in (told.price, told.rate))
    assert len(told.disconnected_by) <= 10
    assert len(told.network) <= 40
    assert set(uuid_of(payload)) <= set(
        "0123456789-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    )
    assert set(digits_of(payload)) <= set("0123456789*#")
