"""A call's row is the fold of its events."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.folding import FOLDED, fold
from calls.models import Call

changes = st.lists(st.dictionaries(st.sampled_from(FOLDED), st.integers()), max_size=8)


def numbered(changed):
    return enumerate(changed, start=1)


def test_later_events_outweigh_earlier_ones_and_what_nobody_changed_stays():
    row = fold(
        [
            (1, {"state": "in_flow", "node": "menu"}),
            (2, {}),
            (3, {"state": "queued", "queue_id": 4}),
        ]
    )

    assert row == {"state": "queued", "node": "menu", "queue_id": 4, "version": 3}


def test_a_value_that_was_taken_back_is_none():
    assert fold([(1, {"agent_id": 7}), (2, {"agent_id": None})])["agent_id"] is None


def test_a_call_without_events_has_version_zero():
    assert fold([]) == {"version": 0}


@pytest.mark.parametrize(
    ("versions", "sentence"),
    [
        ([2], "Event 1 is missing; found 2."),
        ([1, 3], "Event 2 is missing; found 3."),
        ([1, 1], "Event 2 is missing; found 1."),
        ([1, 2, 1], "Event 3 is missing; found 1."),
    ],
)
def test_a_gap_a_repetition_or_another_order_is_refused(versions, sentence):
    with pytest.raises(ValueError) as refusal:
        fold((version, {}) for version in versions)

    assert str(refusal.value) == sentence


def test_a_column_that_is_not_folded_is_refused():
    with pytest.raises(ValueError, match=r"^Event 1 changes colour, key\.$"):
        fold([(1, {"key": "k", "state": "queued", "colour": "red"})])


def test_the_events_themselves_are_left_as_they_are():
    first = {"state": "in_flow"}

    fold([(1, first), (2, {"state": "queued"})])

    assert first == {"state": "in_flow"}


@given(changes, st.integers(0, 8))
@settings(derandomize=True)
def test_folding_on_from_a_row_is_folding_from_the_beginning(changed, place):
    whole = fold(numbered(changed))

    so_far = fold(numbered(changed[:place]))
    for later in changed[place:]:
        so_far |= later

    assert whole == so_far | {"version": len(changed)}


def test_every_folded_column_is_a_column_of_the_call():
    columns = {field.attname for field in Call._meta.concrete_fields}

    assert set(FOLDED) <= columns
    assert columns - set(FOLDED) == {
        "id", "key", "direction", "from_number", "to_number", "started_at", "version",
        "customer_id",
    }  # fmt: skip
