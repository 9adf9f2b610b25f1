"""Which tokens are believed to be Vonage's."""

import hashlib
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactcenter.vonage.tests.signing import (
    BODY,
    HEADER,
    NOW,
    OTHER,
    SECRET,
    changed,
    check,
    encoded,
    refused,
    token,
)


def test_a_webhook_that_vonage_signed_for_us_is_believed():
    claims = check(f"Bearer {token()}")

    assert (claims.jti, claims.iat) == ("d1f5", NOW)
    assert claims.payload_hash == hashlib.sha256(BODY).hexdigest()


def test_the_same_webhook_twice_is_believed_twice():
    assert check(f"Bearer {token()}") == check(f"bearer {token()}")


@pytest.mark.parametrize("secrets", list(permutations([SECRET, OTHER])))
def test_while_secrets_are_rotated_both_are_believed(secrets):
    assert check(f"Bearer {token(secret=SECRET)}", secrets=secrets)
    assert check(f"Bearer {token(secret=OTHER)}", secrets=secrets)


@pytest.mark.parametrize("authorization", ["", "   "])
def test_a_webhook_without_a_signature_is_refused(authorization):
    assert refused(authorization) == "missing"


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        HEADER | {"alg": "none"},
        HEADER | {"alg": "None"},
        HEADER | {"alg": "HS512"},
        HEADER | {"alg": "RS256"},
        HEADER | {"alg": ["HS256"]},
        HEADER | {"jku": "https://evil.com/keys"},
        HEADER | {"jwk": {"kty": "oct", "k": "c2VjcmV0"}},
        HEADER | {"x5u": "https://evil.com/chain"},
        HEADER | {"crit": ["b64"], "b64": False},
    ],
)
def test_a_token_does_not_choose_how_it_is_checked(header):
    assert refused(f"Bearer {token(header=header)}") in {"algorithm", "malformed"}


def test_a_token_without_signature_is_refused():
    unsigned = token(header=HEADER | {"alg": "none"}).rpartition(".")[0]

    assert refused(f"Bearer {unsigned}.") == "algorithm"


def test_a_stronger_hash_than_agreed_is_refused():
    strong = token(header=HEADER | {"alg": "HS512"}, digest=hashlib.sha512)

    assert refused(f"Bearer {strong}") == "algorithm"


def test_the_key_that_a_token_names_is_not_looked_at():
    assert check(f"Bearer {token(header=HEADER | {'kid': '../../etc/passwd'})}")


@pytest.mark.parametrize("secrets", [(OTHER,), (), ("",), ("", OTHER)])
def test_another_secret_is_refused(secrets):
    assert refused(f"Bearer {token()}", secrets=secrets) == "signature"


def test_a_token_signed_with_no_secret_is_refused_where_none_is_set():
    assert refused(f"Bearer {token(secret='')}", secrets=("",)) == "signature"


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        token(),
        "Bearer ...",
        "Bearer a.b.c",
        "Bearer !!!.???.***",
        f"Bearer {token()}.x",
        f"Bearer {token().replace('.', '..', 1)}",
        f"Bearer {token().partition('.')[2]}",
        f"Bearer {token()}\u00e9",
        f"Bearer {token()}\ud800",
        f"Bearer {'A' * 20_000}",
        f"Bearer {token(claims=changed(more='x' * 20_000))}",
        "Bearer " + (encoded(b"[" * 5000) + b".e30.e30").decode(),
        "Bearer " + (encoded(b"[]") + b".e30.e30").decode(),
        "Bearer " + (encoded(b'{"alg":"HS256","kid":1}') + b".e30.e30").decode(),
    ],
)
def test_what_is_not_a_token_is_refused(authorization):
    assert refused(authorization) == "malformed"


def test_a_token_cut_short_is_refused():
    whole = f"Bearer {token()}"

    assert {refused(whole[:end]) for end in range(1, len(whole))} <= {"malformed", "signature"}


@given(st.text())
@settings(derandomize=True)
def test_any_text_is_refused_and_nothing_else_happens(text):
    assert refused(f"Bearer {text}")
    assert refused(f"x{text}")
