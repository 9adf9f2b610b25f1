"""Phone numbers, from whatever people and platforms write."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contactcenter.vonage.numbers import normal, shown, spoken, typed

DIGITS = "0123456789"
ANYTHING = st.one_of(st.text(), st.text(alphabet=DIGITS + "+-. ()[]\u202e\n\u0663"))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("442079460000", "442079460000"),
        ("+44 20 7946 0000", "442079460000"),
        ("0044-20.7946 0000", "442079460000"),
        ("+44 (0)20 [7946] 0000", "442079460000"),
        ("(415) 555-0100", "4155550100"),
        ("+44\u00a020\u00a07946\u20110000", "442079460000"),
        ("000", "000"),
        ("102", "102"),
        ("123456789012345", "123456789012345"),
    ],
)
def test_a_number_is_its_digits_alone(written, expected):
    assert normal(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "anonymous",
        "Restricted",
        "12",
        "1234567890123456",
        "44+2079460000",
        "++442079460000",
        "442079460000\n",
        "44207946\x000000",
        "\u202e442079460000",
        "\u0664\u0664\u0662\u0660\u0667\u0669",
        "4" * 1000,
        " " * 1000 + "442079460000",
        "sip:442079460000@example.com",
        None,
        442079460000,
        ["442079460000"],
        {"number": "442079460000"},
    ],
)
def test_what_is_not_a_number_is_nothing(written):
    assert normal(written) == ""


@given(ANYTHING)
@example("0000123")
@example("+00123")
@settings(derandomize=True)
def test_any_text_gives_nothing_or_3_to_15_digits_that_stay_as_they_are(written):
    number = normal(written)

    assert re.fullmatch(r"([0-9]{3,15})?", number)
    assert normal(number) == number


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("442079460000", "+44 20 7946 0000"),
        ("14155550100", "+1 415 555 0100"),
        ("447700900123", "+44 7700 900 123"),
        ("79161234567", "+7 916 123 4567"),
        ("35312345678", "+353 123 456 78"),
        ("102", "+102"),
        ("anonymous", ""),
    ],
)
def test_people_read_country_and_groups(number, expected):
    assert shown(number) == expected


@given(st.text(alphabet=DIGITS, min_size=3, max_size=15))
@settings(derandomize=True)
def test_what_people_read_is_the_same_number(digits):
    number = normal(digits)

    assert normal(shown(number)) == normal("+" + number)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("447700900123", "4 4, 7 7 0 0, 9 0 0, 1 2 3"),
        ("442079460000", "4 4, 2 0, 7 9 4 6, 0 0 0 0"),
        ("12025550123", "1, 2 0 2, 5 5 5, 0 1 2 3"),
        ("999", "9 9 9"),
        ("", ""),
    ],
)
def test_a_number_is_said_digit_by_digit_in_groups(number, expected):
    assert spoken(number) == expected


@pytest.mark.parametrize(
    ("digits", "called", "expected"),
    [
        ("07700900123", "442079460000", "447700900123"),
        ("447700900123", "442079460000", "447700900123"),
        ("00447700900123", "442079460000", "447700900123"),
        ("0012025550123", "442079460000", "12025550123"),
        ("2025550123", "12025550100", "12025550123"),
        ("12025550123", "12025550100", "12025550123"),
        ("0612345678", "390612345670", "390612345678"),
        ("0123", "442079460000", ""),
        ("123", "442079460000", ""),
        ("0", "442079460000", ""),
        ("00", "442079460000", ""),
        ("1" * 16, "442079460000", ""),
        ("0" + "1" * 14, "442079460000", ""),
        ("12*4567890", "442079460000", ""),
        ("#", "442079460000", ""),
        ("", "442079460000", ""),
    ],
)
def test_a_number_is_typed_as_at_home_or_with_its_country_code(digits, called, expected):
    assert typed(digits, called=called) == expected
