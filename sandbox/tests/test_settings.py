"""What the sandbox refuses at start."""

from pathlib import Path

import pytest

from sandbox.settings import read_settings

GOOD = {
    "VONAGE_API_KEY": "key", "VONAGE_API_SECRET": "secret", "VONAGE_SIGNATURE_SECRET": "new,old",
}  # fmt: skip


def test_settings_are_read_from_the_environment():
    settings = read_settings(GOOD | {"SANDBOX_PORT": "8101", "SANDBOX_STATE": "/var/lib/s.json"})

    assert settings.port == 8101
    assert settings.state == Path("/var/lib/s.json")


def test_the_port_is_8100_and_nothing_is_kept_unless_said_otherwise():
    settings = read_settings(GOOD)

    assert (settings.port, settings.state) == (8100, None)


def test_webhooks_are_signed_with_the_first_of_two_secrets():
    assert read_settings(GOOD).signature_secret == "new"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"VONAGE_API_KEY": ""}, "VONAGE_API_KEY"),
        ({"VONAGE_SIGNATURE_SECRET": " "}, "VONAGE_SIGNATURE_SECRET"),
        ({"SANDBOX_PORT": "http"}, "SANDBOX_PORT"),
        ({"SANDBOX_PORT": "70000"}, "SANDBOX_PORT"),
    ],
)
def test_a_bad_setting_is_refused_by_name(change, name):
    with pytest.raises(ValueError, match=name):
        read_settings(GOOD | change)


def test_secrets_are_not_shown():
    assert "secret" not in repr(read_settings(GOOD))
