"""Settings come from the environment; what cannot be right stops the start, by name."""

import os
import re
import subprocess
import sys

import pytest

from contactcenter.tests.starting import ROOT, refusal

SIGNATURE = "s" * 16


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "k" * 31),
        ("DEBUG", "maybe"),
        ("PUBLIC_URL", "cc.example.com"),
        ("PUBLIC_URL", "ftp://cc.example.com"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://cc.example.com?x=1"),
        ("PUBLIC_URL", "https://cc.example.com#x"),
        ("PUBLIC_URL", "https://cc.example.com/calls"),
        ("PUBLIC_URL", "https://root:secret@cc.example.com"),
        ("PUBLIC_URL", "https://cc.example.com:port"),
        ("PUBLIC_URL", "https://cc.example.com:99999"),
        ("PUBLIC_URL", "https://cc example.com"),
        ("PUBLIC_URL", "http://[::1"),
        ("VONAGE_API_URL", "api.nexmo.com"),
        ("VONAGE_REST_URL", "rest"),
        ("VONAGE_WS_URL", "wss://ws-us-3.vonage.com"),
        ("VONAGE_SIGNATURE_SECRET", "s" * 15),
        ("VONAGE_SIGNATURE_SECRET", f"{SIGNATURE},short"),
        ("VONAGE_SIGNATURE_SECRET", f"{SIGNATURE},{SIGNATURE},{SIGNATURE}"),
        ("VONAGE_PRIVATE_KEY", "/no/such/file.pem"),
        ("VONAGE_PRIVATE_KEY", "-----BEGIN PRIVATE KEY-----\nnonsense"),
        ("VONAGE_SETUPS_PER_SECOND", "0"),
        ("VONAGE_SETUPS_PER_SECOND", "1001"),
        ("VONAGE_SETUPS_PER_SECOND", "3.5"),
        ("VONAGE_SETUPS_PER_SECOND", "9" * 5000),
        ("VONAGE_REQUESTS_PER_SECOND", "2"),
        ("VONAGE_REQUESTS_PER_SECOND", "many"),
        ("WEBHOOK_GET", "2"),
        ("UNSIGNED_WEBHOOK", "allow"),
        ("WEBHOOK_TOLERANCE_SECONDS", "29"),
        ("WEBHOOK_TOLERANCE_SECONDS", "-300"),
        ("DATABASE_URL", "mysql://u:secret@host/name"),
        ("DATABASE_URL", "postgres://u:secret@host:port/name"),
        ("DATABASE_URL", "postgres://u:sec/ret@host/name"),
        ("DATABASE_URL", "postgres://u:secret@[::1/name"),
        ("DATABASE_URL", "nonsense"),
        ("REDIS_URL", "localhost"),
        ("REDIS_URL", "http://localhost"),
        ("ROUTER_EMBEDDED", "no thanks"),
        ("ROUTER_SENDERS", "0"),
        ("ROUTER_SENDERS", "33"),
        ("CALLBACK_COUNTRIES", "GB"),
        ("CALLBACK_COUNTRIES", "+44"),
        ("CALLBACK_COUNTRIES", "44,4420"),
        ("LOG_LEVEL", "loud"),
        ("TIME_ZONE", "Middle/Earth"),
        ("TIME_ZONE", "Europe"),
        ("TIME_ZONE", "../secret"),
        ("TIME_ZONE", "zone.tab"),
        ("ENV_FILE", "/no/such/.env"),
    ],
    ids=lambda value: value[:40],
)
def test_a_bad_value_stops_the_start_with_one_sentence_that_names_it(start, name, value):
    sentence = refusal(start, **{name: value})

    assert re.fullmatch(rf"{name}\b[^\n]*\.", sentence)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "a very secret key"),
        ("VONAGE_SIGNATURE_SECRET", "a secret"),
        ("VONAGE_PRIVATE_KEY", "-----BEGIN PRIVATE KEY-----\nvery secret"),
        ("DATABASE_URL", "postgres://u:secret@host:port/name"),
        ("DATABASE_URL", "mysql://u:secret@host/name"),
    ],
)
def test_no_refusal_repeats_a_secret(start, name, value):
    assert "secret" not in refusal(start, **{name: value})


def test_a_secret_key_alone_is_enough_to_start(start):
    found = start()

    assert found["PUBLIC_URL"] == "http://localhost:8000"
    assert found["VONAGE_API_URL"] == "https://api.nexmo.com"
    assert (found["VONAGE_SETUPS_PER_SECOND"], found["VONAGE_REQUESTS_PER_SECOND"]) == (3, 15)
    assert found["VONAGE_SIGNATURE_SECRETS"] == []
    assert (found["DEBUG"], found["WEBHOOK_GET"], found["UNSIGNED_WEBHOOK"]) == (
        False,
        False,
        "refuse",
    )


@pytest.mark.parametrize(
    "name", ["PUBLIC_URL", "DATABASE_URL", "ROUTER_SENDERS", "DEBUG", "LOG_LEVEL"]
)
def test_an_empty_variable_is_the_default(start, name):
    def kept(found):
        return {key: value for key, value in found.items() if key.isupper()}

    assert kept(start(**{name: ""})) == kept(start())


@pytest.mark.parametrize(
    ("word", "value"),
    [("true", True), ("1", True), ("YES", True), ("on ", True), ("false", False), ("0", False)],
)
def test_a_flag_may_be_said_in_many_ways(start, word, value):
    assert start(DEBUG=word)["DEBUG"] is value


def test_the_time_zone_is_utc_unless_another_one_is_named(start):
    assert start()["TIME_ZONE"] == "UTC"
    assert start(TIME_ZONE="Europe/London")["TIME_ZONE"] == "Europe/London"


@pytest.mark.parametrize("seconds", [30, 3600])
def test_a_number_may_be_as_low_and_as_high_as_its_range(start, seconds):
    found = start(WEBHOOK_TOLERANCE_SECONDS=str(seconds))

    assert found["WEBHOOK_TOLERANCE_SECONDS"] == seconds


def test_numbers_may_have_spaces_around_them(start):
    assert start(ROUTER_SENDERS=" 8 ")["ROUTER_SENDERS"] == 8


def test_an_address_is_kept_without_its_last_slash(start):
    assert start(PUBLIC_URL="https://cc.example.com/")["PUBLIC_URL"] == "https://cc.example.com"


@pytest.mark.parametrize(
    ("address", "secure"),
    [
        ("https://cc.example.com", True),
        ("HTTPS://cc.example.com", True),
        ("http://cc.example.com", False),
    ],
)
def test_cookies_travel_by_https_alone_where_there_is_https(start, address, secure):
    found = start(PUBLIC_URL=address)

    assert found["SESSION_COOKIE_SECURE"] is secure
    assert found["CSRF_COOKIE_SECURE"] is secure


def test_a_list_is_kept_without_spaces_and_empty_parts(start):
    assert start(ALLOWED_HOSTS="a.example.com, b.example.com,,")["ALLOWED_HOSTS"] == [
        "a.example.com",
        "b.example.com",
    ]


def test_our_own_address_is_an_allowed_host(start):
    assert "cc.example.com" in start(PUBLIC_URL="https://cc.example.com")["ALLOWED_HOSTS"]


def test_two_signature_secrets_are_kept_while_they_are_rotated(start):
    found = start(VONAGE_SIGNATURE_SECRET=f"{SIGNATURE}, {SIGNATURE}x ")

    assert found["VONAGE_SIGNATURE_SECRETS"] == [SIGNATURE, SIGNATURE + "x"]


def test_sqlite_takes_one_writer_at_a_time_from_the_beginning(start):
    database = start(DATABASE_URL="sqlite:////tmp/cc.sqlite3")["DATABASES"]["default"]

    assert database["NAME"] == "/tmp/cc.sqlite3"  # noqa: S108 - never opened
    assert database["ENGINE"] == "contactcenter.sqlite"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


def test_postgresql_keeps_connections_in_a_pool(start):
    database = start(DATABASE_URL="postgres://u:p@host:5432/calls")["DATABASES"]["default"]

    assert (database["HOST"], database["PORT"], database["NAME"]) == ("host", 5432, "calls")
    assert database["OPTIONS"]["pool"]["max_size"] == 20


def test_what_a_database_url_asks_of_the_connection_is_kept(start):
    url = "postgres://u:p@host/calls?sslmode=verify-full"

    options = start(DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]

    assert options["sslmode"] == "verify-full"
    assert "pool" in options


def test_a_settings_file_gives_what_the_environment_does_not(start, monkeypatch, tmp_path):
    file = tmp_path / "env"
    file.write_text("ROUTER_SENDERS=7\nVONAGE_API_KEY=from-file\n")
    monkeypatch.setenv("ROUTER_SENDERS", "5")

    found = start(ENV_FILE=str(file), VONAGE_API_KEY="from-environment")
    monkeypatch.delenv("VONAGE_API_KEY")

    assert (found["ROUTER_SENDERS"], found["VONAGE_API_KEY"]) == (5, "from-environment")


def test_a_bad_setting_is_told_in_one_line_and_nothing_runs():
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": "", "SECRET_KEY": "short"}

    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "Not started: SECRET_KEY must be set, to at least 32 characters.\n"
