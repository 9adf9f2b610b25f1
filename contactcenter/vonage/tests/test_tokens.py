"""The JWTs we make, and the key that signs them."""

from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from contactcenter.vonage.tests.conftest import APPLICATION, NOON
from contactcenter.vonage.tokens import application_token, load_key, user_token


def pem(key, encryption=None):
    encryption = encryption or NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption).decode()


def read(token, private_key):
    return jwt.decode(
        token,
        private_key.public_key(),
        algorithms=["RS256"],
        options={"verify_exp": False, "verify_iat": False},
    )


def test_our_own_token_is_the_applications_for_a_quarter_of_an_hour(key, private_key):
    claims = read(application_token(key, now=NOON), private_key)

    assert claims.pop("jti")
    made = int(NOON.timestamp())
    assert claims == {"application_id": APPLICATION, "iat": made, "exp": made + 900}


def test_no_two_tokens_have_the_same_id(key, private_key):
    ids = {read(application_token(key, now=NOON), private_key)["jti"] for _ in range(3)}

    assert len(ids) == 3


def test_a_browsers_token_is_one_users_and_opens_the_client_paths_alone(key, private_key):
    token = user_token(key, user="jane", now=NOON, lifetime=timedelta(hours=1))

    claims = read(token, private_key)
    assert claims["sub"] == "jane"
    assert claims["exp"] - claims["iat"] == 3600
    assert set(claims["acl"]["paths"]) == {
        "/*/users/**",
        "/*/conversations/**",
        "/*/sessions/**",
        "/*/devices/**",
        "/*/image/**",
        "/*/media/**",
        "/*/push/**",
        "/*/knocking/**",
        "/*/legs/**",
    }


@pytest.mark.parametrize("lifetime", [timedelta(hours=1, seconds=1), timedelta(0), timedelta(-1)])
def test_a_browsers_token_lives_an_hour_at_most(key, lifetime):
    with pytest.raises(ValueError, match="A token lives"):
        user_token(key, user="jane", now=NOON, lifetime=lifetime)


def test_a_token_without_a_user_would_be_the_applications_and_is_refused(key):
    with pytest.raises(ValueError, match="name of the user"):
        user_token(key, user="", now=NOON, lifetime=timedelta(hours=1))


def test_our_own_token_lives_a_day_at_most(key):
    with pytest.raises(ValueError, match="A token lives"):
        application_token(key, now=NOON, lifetime=timedelta(hours=25))


def test_a_key_is_read_from_pem_from_one_line_and_from_a_file(private_key, tmp_path):
    text = pem(private_key)
    file = tmp_path / "private.key"
    file.write_text(text)

    for written in (text, text.replace("\n", "\\n"), str(file)):
        assert load_key(written).private_numbers() == private_key.private_numbers()


def test_a_key_is_parsed_once(private_key):
    assert load_key(pem(private_key)) is load_key(pem(private_key))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "neither PEM nor the path"),
        ("MIIEvQsecret", "neither PEM nor the path"),
        ("/no/such/secret", "neither PEM nor the path"),
        ("secret\0", "neither PEM nor the path"),
        ("-----BEGIN PRIVATE KEY-----\nsecret", "not an unencrypted PEM private key"),
    ],
)
def test_what_is_not_a_key_is_refused_without_repeating_it(text, sentence):
    with pytest.raises(ValueError, match=sentence) as refused:
        load_key(text)

    assert "secret" not in str(refused.value)


def test_a_key_with_a_password_of_another_kind_or_too_short_is_refused(private_key):
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505

    with pytest.raises(ValueError, match="unencrypted"):
        load_key(pem(private_key, BestAvailableEncryption(b"password")))
    with pytest.raises(ValueError, match="not an RSA key"):
        load_key(pem(ec.generate_private_key(ec.SECP256R1())))
    with pytest.raises(ValueError, match="2048"):
        load_key(pem(short))


def test_a_key_does_not_show_itself(key):
    assert "RSA" not in repr(key)
