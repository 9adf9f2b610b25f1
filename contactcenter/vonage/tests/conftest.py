from datetime import UTC, datetime

import pytest
import responses
from cryptography.hazmat.primitives.asymmetric import rsa

from contactcenter.vonage.client import Vonage
from contactcenter.vonage.tokens import Key

APPLICATION = "78d335fa-323d-0114-9c3d-d6f0d48968cf"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture(scope="session")
def private_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def key(private_key):
    return Key(application_id=APPLICATION, private_key=private_key)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def connect(key, clock):
    """A client for a Vonage at this address; it is closed after the test."""
    opened = []

    def connect(url="https://api.nexmo.com", rest_url="https://rest.nexmo.com", key=key):
        vonage = Vonage(
            api_url=url,
            rest_url=rest_url,
            key=key,
            api_key="abcd1234",
            api_secret="s3cret",
            clock=clock,
        )
        opened.append(vonage)
        return vonage

    yield connect
    for vonage in opened:
        vonage.close()


@pytest.fixture
def vonage(connect):
    return connect()


@pytest.fixture
def platform():
    """Vonage's answers, by method and address; any other address has none."""
    with responses.RequestsMock() as platform:
        yield platform
