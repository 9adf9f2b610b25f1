"""Whom an agent may call, and when: the rules alone, without tables."""

from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from calls import dialling
from calls.dialling import Known, Rules
from calls.time_zones import ZONES
from contactcenter.vonage import numbers

OURS = "442079460000"
THEIRS = "447700900123"
NOBODY_WE_KNOW = Known(is_ours=False, is_listed=False)
RULES = Rules(
    countries={"44", "353"},
    refused_prefixes={"449", "4487"},
    per_minute=5,
    per_hour=60,
    not_before=None,
    not_after=None,
    home_zone="Europe/London",
)
BY_DAY = replace(RULES, not_before=time(8), not_after=time(20))


def at(hour, minute=0, zone="UTC", month=11):
    return datetime(2026, month, 20, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+44 7700 900123", THEIRS),
        ("0044 7700 900123", THEIRS),
        ("447700900123", THEIRS),
        ("07700 900123", THEIRS),
        ("07700-900.123", THEIRS),
        ("+33 1 23 45 67 89", "33123456789"),
        ("+44 07700 900123", "447700900123"),
        ("+1 1 202 555 0100", "12025550100"),
        ("+225 07 01 02 03 04", "2250701020304"),
        ("", ""),
        ("Joe", ""),
        ("999", ""),
        ("+44 7700 900123 ext 5", ""),
        ("4" * 16, ""),
        ("4477009\x00", ""),
    ],
)
def test_a_number_is_read_as_people_write_it(text, number):
    assert dialling.number_of(text, caller_id=OURS) == number


def test_ten_digits_are_of_north_america_where_we_are_there():
    assert dialling.number_of("415 555 0100", caller_id="12025550100") == "14155550100"
    assert dialling.number_of("+3312345678", caller_id="12025550100") == "3312345678"


@pytest.mark.parametrize(
    ("number", "known", "words"),
    [
        (THEIRS, NOBODY_WE_KNOW, ""),
        ("35312345678", NOBODY_WE_KNOW, ""),
        (OURS, Known(True, False), "+44 20 7946 0000 is one of our own numbers."),
        (
            "33123456789",
            NOBODY_WE_KNOW,
            "Calls to +33 are refused: only +353 and +44 may be called.",
        ),
        (
            "449098790000",
            NOBODY_WE_KNOW,
            "Calls to +44 9… are refused: premium and special ranges.",
        ),
        (
            "448712345678",
            NOBODY_WE_KNOW,
            "Calls to +44 87… are refused: premium and special ranges.",
        ),
        (THEIRS, Known(False, True), "+44 7700 900 123 is on the do-not-call list."),
    ],
)
def test_every_refusal_names_its_rule(number, known, words):
    assert dialling.objection(number, rules=RULES, known=known) == words


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("+44 7700 900123", {THEIRS}),
        ("+44 07700 900123", {"4407700900123", THEIRS}),
        ("0044 0 7700 900123", {"4407700900123", THEIRS}),
        ("+1 1 900 555 0100", {"119005550100", "19005550100"}),
        ("+39 06 1234 5678", {"390612345678", "39612345678"}),
    ],
)
def test_a_digit_that_is_dialled_at_home_alone_hides_nothing(text, forms):
    assert set(dialling.forms(numbers.normal(text))) == forms


def test_where_no_country_may_be_called_nobody_is():
    words = dialling.objection(THEIRS, rules=replace(RULES, countries=()), known=NOBODY_WE_KNOW)

    assert words == "Calls to +44 are refused: no country may be called."


@pytest.mark.parametrize(
    ("minute", "hour", "words"),
    [
        (4, 59, ""),
        (5, 5, "You have begun 5 calls within a minute. Please wait a moment."),
        (0, 60, "You have begun 60 calls within an hour, as many as you may."),
    ],
)
def test_an_agent_begins_only_so_many_calls(minute, hour, words):
    assert dialling.too_often(rules=RULES, last_minute=minute, last_hour=hour) == words


@pytest.mark.parametrize(
    ("now", "is_allowed"),
    [
        (at(7, 59, "Europe/London"), False),
        (at(8, 0, "Europe/London"), True),
        (at(19, 59, "Europe/London"), True),
        (at(20, 0, "Europe/London"), False),
        (at(8, 0, "Europe/London", month=7), True),  # an hour earlier by UTC
        (at(8, 0, "UTC", month=7), True),
        (at(19, 30, "UTC", month=7), False),
    ],
)
def test_the_clock_where_they_are_decides(now, is_allowed):
    assert (dialling.wrong_hour(THEIRS, rules=BY_DAY, now=now) == "") is is_allowed


def test_a_country_of_many_zones_is_called_when_it_is_day_in_all_of_them():
    number = "12025550100"

    early = dialling.wrong_hour(number, rules=BY_DAY, now=at(9, 0, "America/New_York"))
    assert early.startswith("It is or may be 07:00 where they are")
    assert dialling.wrong_hour(number, rules=BY_DAY, now=at(15, 0, "America/New_York")) == ""


def test_where_no_zone_is_known_ours_counts():
    rules = replace(BY_DAY, home_zone="Asia/Tokyo")

    assert dialling.wrong_hour("2991234567", rules=rules, now=at(9, 0, "Asia/Tokyo")) == ""
    assert dialling.wrong_hour("2991234567", rules=rules, now=at(9, 0, "UTC")) == ""
    assert dialling.wrong_hour("2991234567", rules=rules, now=at(12, 0, "UTC")) != ""


def test_hours_may_span_midnight():
    rules = replace(RULES, not_before=time(22), not_after=time(6))

    assert dialling.wrong_hour(THEIRS, rules=rules, now=at(23)) == ""
    assert dialling.wrong_hour(THEIRS, rules=rules, now=at(5)) == ""
    assert dialling.wrong_hour(THEIRS, rules=rules, now=at(12)).startswith("It is or may be 12:00")


def test_without_hours_anybody_is_called_at_any_time():
    assert dialling.wrong_hour(THEIRS, rules=RULES, now=at(3)) == ""


def test_every_zone_of_the_list_exists():
    assert [ZoneInfo(zone) for zones in ZONES.values() for zone in zones]


def test_the_rules_are_said_in_words():
    assert dialling.in_words(BY_DAY) == [
        "Countries that may be called: +353 and +44.",
        "Refused as premium and special ranges: +44 87…, +44 9….",
        "Calls are made from 08:00 to 20:00, by the clock where they are.",
        "You may begin 5 calls a minute and 60 an hour.",
    ]
