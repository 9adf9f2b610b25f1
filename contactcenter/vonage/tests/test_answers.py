"""What Vonage's answers mean, and what their absence means."""

import pytest
import requests

from contactcenter.vonage.errors import (
    NotFound,
    RateLimited,
    Rejected,
    TooEarly,
    Unavailable,
    UnknownOutcome,
)
from contactcenter.vonage.tests.test_voice import CALLS, LEG, UUID, WAIT


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        "[]",
        "null",
        "{}",
        '{"uuid":null}',
        '{"uuid":7}',
        '{"uuid":"../../v2/applications"}',
        '{"uuid":""}',
        "[" * 20_000,
        b"\xff\xfe\xfd",
    ],
)
def test_a_call_that_was_made_without_saying_which_has_an_unknown_outcome(vonage, platform, body):
    platform.post(CALLS, status=201, body=body)

    with pytest.raises(UnknownOutcome) as unknown:
        vonage.create_call({})

    assert unknown.value.status == 201


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, Rejected),
        (403, Rejected),
        (404, NotFound),
        (409, Rejected),
        (429, RateLimited),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
def test_each_refusal_of_a_change_is_an_error_of_its_own(vonage, platform, status, error):
    platform.put(LEG, status=status, json={"title": "Some Title", "detail": "secret"})

    with pytest.raises(error) as refused:
        vonage.hang_up(UUID)

    assert type(refused.value) is error
    assert refused.value.status == status
    assert refused.value.message == f"PUT /v1/calls/{UUID}: {status} Some Title"


def test_a_leg_may_be_too_young_to_be_changed(vonage, platform):
    platform.put(LEG, status=400, json={"type": "BAD_REQUEST", "error_title": "Bad Request"})
    platform.put(f"{LEG}/talk", status=400)

    with pytest.raises(TooEarly, match=r"400 Bad Request$"):
        vonage.transfer(UUID, WAIT)
    with pytest.raises(TooEarly, match=r"400$"):
        vonage.talk(UUID, "Hello")


@pytest.mark.parametrize(
    "request_",
    [
        lambda vonage: vonage.create_call({}),
        lambda vonage: vonage.get_call(UUID),
        lambda vonage: vonage.stop_talk(UUID),
    ],
)
def test_a_bad_request_of_any_other_kind_is_final(vonage, platform, request_):
    platform.assert_all_requests_are_fired = False
    platform.post(CALLS, status=400)
    platform.get(LEG, status=400)
    platform.delete(f"{LEG}/talk", status=400)

    with pytest.raises(Rejected) as refused:
        request_(vonage)

    assert type(refused.value) is Rejected


@pytest.mark.parametrize("title", ["No user 447700900123", "<script>", "x" * 81, ["Not Found"], 7])
def test_a_title_that_is_not_a_plain_phrase_is_left_out(vonage, platform, title):
    platform.put(LEG, status=403, json={"title": title})

    with pytest.raises(Rejected) as refused:
        vonage.hang_up(UUID)

    assert refused.value.message == f"PUT /v1/calls/{UUID}: 403"


def test_a_call_whose_answer_did_not_come_in_time_has_an_unknown_outcome(vonage, platform):
    platform.post(CALLS, body=requests.ReadTimeout("https://api.nexmo.com?secret"))

    with pytest.raises(UnknownOutcome, match=r"POST /v1/calls: no answer \(ReadTimeout\)"):
        vonage.create_call({})


def test_a_call_that_reached_nobody_in_time_may_be_made_later(vonage, platform):
    platform.post(CALLS, body=requests.ConnectTimeout())

    with pytest.raises(Unavailable):
        vonage.create_call({})


def test_a_leg_whose_state_cannot_be_read_may_be_asked_again(vonage, platform):
    platform.get(LEG, body="<html>")

    with pytest.raises(Unavailable):
        vonage.get_call(UUID)
