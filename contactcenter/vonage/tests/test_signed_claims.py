"""What a token of Vonage's must say: of whom, for whom, when, and of which payload."""

import hashlib
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactcenter.vonage.signatures import query_payload
from contactcenter.vonage.tests.signing import ABSENT, BODY, NOW, changed, check, refused, token


def test_a_body_that_was_changed_on_the_way_is_refused():
    assert refused(f"Bearer {token()}", payload=BODY + b" ") == "hash"
    assert refused(f"Bearer {token()}", payload=BODY.replace(b"a", b"b", 1)) == "hash"
    assert refused(f"Bearer {token()}", payload=b"") == "hash"


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        (changed(iss="vonage"), "issuer"),
        (changed(iss=ABSENT), "issuer"),
        (changed(api_key="other"), "account"),
        (changed(api_key=ABSENT), "account"),
        (changed(application_id="aaaaaaaa-323d-0114-9c3d-d6f0d48968cf"), "application"),
        (changed(application_id=None), "application"),
        (changed(application_id=""), "application"),
        (changed(iat=NOW - 301), "age"),
        (changed(iat=NOW + 301), "age"),
        (changed(iat=NOW - 600), "age"),
        (changed(iat=10**400), "age"),
        (changed(exp=NOW - 1), "age"),
        (changed(exp=NOW), "age"),
        (changed(iat=ABSENT), "claims"),
        (changed(iat=str(NOW)), "claims"),
        (changed(iat=True), "claims"),
        (changed(iat=float("nan")), "claims"),
        (changed(iat=float("inf")), "claims"),
        (changed(exp="never"), "claims"),
        (changed(exp=None), "claims"),
        (changed(jti=ABSENT), "claims"),
        (changed(jti=""), "claims"),
        (changed(jti=7), "claims"),
        (changed(jti="x" * 129), "claims"),
        (changed(payload_hash=ABSENT), "hash"),
        (changed(payload_hash=None), "hash"),
        (changed(payload_hash=hashlib.sha256(b"{}").hexdigest()), "hash"),
        (changed(payload_hash="\u00e9"), "hash"),
        (changed(payload_hash="\ud800"), "hash"),
        (["iss", "Vonage"], "claims"),
        (b"null", "claims"),
        (b"{", "claims"),
        (b"\xff", "claims"),
        (b"[" * 5000, "claims"),
        (b'{"iat":' + b"9" * 5000 + b"}", "claims"),
    ],
)
def test_a_signed_token_that_says_something_else_is_refused(claims, reason):
    assert refused(f"Bearer {token(claims=claims)}") == reason


@pytest.mark.parametrize(
    "claims",
    [
        changed(application_id=ABSENT),
        changed(iat=NOW - 300),
        changed(iat=NOW + 300),
        changed(iat=NOW + 0.5),
        changed(exp=NOW + 1),
        changed(new_claim={"of": "tomorrow"}),
    ],
)
def test_what_may_differ_is_believed(claims):
    assert check(f"Bearer {token(claims=claims)}")


def test_the_tolerance_may_be_set():
    stale = f"Bearer {token(claims=changed(iat=NOW - 31))}"

    assert check(stale, tolerance=timedelta(seconds=31))
    assert refused(stale, tolerance=timedelta(seconds=30)) == "age"


def test_a_get_is_signed_by_its_parameters_in_the_order_of_the_url():
    query = [("to", "442079460000"), ("from", "44 770"), ("uuid", 'a"b/é')]

    payload = query_payload(query)

    assert payload.decode() == '{"to":"442079460000","from":"44 770","uuid":"a\\"b/é"}'
    claims = changed(payload_hash=hashlib.sha256(payload).hexdigest())
    assert check(f"Bearer {token(claims=claims)}", payload=payload)
    assert query_payload([]) == b"{}"


NAMES = st.text(alphabet='ab"\\,:{}\ud800', max_size=3)
QUERIES = st.lists(st.tuples(NAMES, NAMES), max_size=4)


@given(QUERIES, QUERIES)
@settings(derandomize=True)
def test_no_two_queries_have_the_same_payload(one, other):
    assert (query_payload(one) == query_payload(other)) == (one == other)


def test_a_parameter_given_twice_is_not_the_parameter_given_once():
    once = query_payload([("to", "2")])

    assert query_payload([("to", "1"), ("to", "2")]) != once
    assert query_payload([("to", "2"), ("to", "2")]) != once
