"""What is sent again when a connection fails, and what never is.

Against a real server, because it is the libraries below us that like to repeat.
"""

import logging
import socket
import time
import traceback
from types import SimpleNamespace

import pytest
import urllib3

from contactcenter.vonage.errors import RateLimited, Rejected, Unavailable, UnknownOutcome
from contactcenter.vonage.tests.loopback import DROP, FAREWELL, GARBAGE, HALF, RESET, server_that

NUMBER = "447700900123"


@pytest.fixture(autouse=True)
def sleeps(monkeypatch):
    """How long the client would have slept, in seconds."""
    sleeps: list[float] = []
    stub = SimpleNamespace(sleep=sleeps.append, time=time.time)
    monkeypatch.setattr(urllib3.util.retry, "time", stub)
    return sleeps


POSTS = {
    "create_call": lambda vonage: vonage.create_call({"to": [{"type": "phone", "number": NUMBER}]}),
    "create_user": lambda vonage: vonage.create_user(name="jane", display_name="Jane"),
    "create_application": lambda vonage: vonage.create_application({"name": "cc"}),
    "buy_number": lambda vonage: vonage.buy_number(country="GB", msisdn=NUMBER),
}
CHANGES = {
    "hang_up": lambda vonage: vonage.hang_up("u1"),
    "transfer": lambda vonage: vonage.transfer("u1", []),
    "talk": lambda vonage: vonage.talk("u1", "Hello"),
    "stop_talk": lambda vonage: vonage.stop_talk("u1"),
    "update_application": lambda vonage: vonage.update_application("a1", {}),
}
posts = pytest.mark.parametrize("post", POSTS.values(), ids=POSTS)
changes = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
broken = pytest.mark.parametrize("broken", [DROP, RESET, HALF, GARBAGE])


@posts
@broken
def test_a_post_whose_answer_is_lost_is_not_sent_again(connect, post, broken):
    with server_that(broken, 201, 201) as server:
        vonage = connect(server.url, server.url)

        with pytest.raises(UnknownOutcome):
            post(vonage)

        assert len(server.received) == 1


@posts
@broken
def test_a_post_lost_on_a_connection_that_served_before_is_not_sent_again(connect, post, broken):
    with server_that(201, broken, 201, 201) as server:
        vonage = connect(server.url, server.url)
        post(vonage)

        with pytest.raises(UnknownOutcome):
            post(vonage)

        assert len(server.received) == 2
        assert server.connections == 1


def test_a_connection_that_was_closed_while_idle_is_replaced_before_a_post(connect):
    with server_that(FAREWELL, 201) as server:
        vonage = connect(server.url)
        vonage.create_call({})
        server.farewell.wait(5)

        assert vonage.create_call({}).uuid == "u1"

        assert len(server.received) == 2


@posts
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (429, RateLimited),
        (503, Unavailable),
        (500, UnknownOutcome),
        (502, UnknownOutcome),
        (504, UnknownOutcome),
        (307, Rejected),
        (308, Rejected),
    ],
)
def test_a_post_that_is_refused_is_not_sent_again(connect, post, status, error):
    with server_that(status, 201, 201) as server:
        vonage = connect(server.url, server.url)

        with pytest.raises(error):
            post(vonage)

        assert len(server.received) == 1


@pytest.fixture
def nobody():
    """An address at which nobody listens: every connection is refused."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unused.getsockname()[1]}"


@posts
def test_a_post_without_a_connection_was_surely_not_executed(connect, nobody, sleeps, post):
    with pytest.raises(Unavailable):
        post(connect(nobody, nobody))

    assert not sleeps


@changes
def test_a_change_without_a_connection_is_tried_once(connect, nobody, sleeps, change):
    with pytest.raises(Unavailable):
        change(connect(nobody))

    assert not sleeps


def test_a_question_without_a_connection_is_tried_again(connect, nobody, sleeps):
    with pytest.raises(Unavailable):
        connect(nobody).get_call("u1")

    assert sleeps


@changes
@pytest.mark.parametrize("fault", [DROP, RESET, HALF, GARBAGE, 502, 503, 504, 500])
def test_a_change_is_sent_once_and_may_be_repeated_by_the_caller(connect, change, fault):
    with server_that(fault, 200, 200) as server:
        with pytest.raises(Unavailable):
            change(connect(server.url))

        assert len(server.received) == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_question_is_repeated_twice_after_a_short_wait(connect, sleeps, status):
    with server_that(status, status, 200) as server:
        assert connect(server.url).get_call("u1")["uuid"] == "u1"

        assert server.received == ["GET /v1/calls/u1"] * 3
        assert sum(sleeps) < 1  # although Retry-After said an hour


@pytest.mark.parametrize(("status", "error"), [(429, RateLimited), (503, Unavailable)])
def test_a_question_is_given_up_after_the_third_refusal(connect, status, error):
    with server_that(status, status, status, 200) as server:
        with pytest.raises(error):
            connect(server.url).get_call("u1")

        assert len(server.received) == 3


@broken
def test_a_question_whose_answer_is_lost_is_the_callers_to_repeat(connect, broken):
    with server_that(broken, 200) as server:
        with pytest.raises(Unavailable):
            connect(server.url).get_call("u1")

        assert len(server.received) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_our_token_is_not_carried_to_where_an_answer_points(connect, status):
    with server_that(status, 200) as server:
        with pytest.raises(Rejected):
            connect(server.url).get_call("u1")

        assert server.received == ["GET /v1/calls/u1"]


def test_a_proxy_of_the_environment_is_not_asked_for_a_vonage_on_this_machine(connect, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    with server_that(200) as server:
        assert connect(server.url).get_call("u1")


def test_cookies_are_not_kept(connect):
    with server_that(200, 200) as server:
        vonage = connect(server.url)
        vonage.get_call("u1")
        vonage.get_call("u1")

        assert [headers["Cookie"] for headers in server.headers] == [None, None]


def test_neither_log_nor_error_names_whom_it_was_about(connect, nobody, caplog):
    caplog.set_level(logging.DEBUG)

    with pytest.raises(Unavailable) as lost:
        connect(nobody, nobody).owned_numbers(pattern=NUMBER)

    assert NUMBER not in "".join(traceback.format_exception(lost.value))
    assert NUMBER not in caplog.text
    assert str(lost.value) == "GET /account/numbers: no answer (ConnectionError)"
