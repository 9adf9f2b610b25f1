"""A secret may come from a file; a file and a variable at once are a mistake."""

import pytest

from contactcenter.tests.starting import KEY, SECRETS, refusal


@pytest.mark.parametrize("name", ["SECRET_KEY", "VONAGE_API_SECRET", "VONAGE_SIGNATURE_SECRET"])
def test_a_secret_may_come_from_a_file(start, monkeypatch, tmp_path, name):
    file = tmp_path / "secret"
    file.write_text(KEY + "x\n")

    found = start(**{name: "", f"{name}_FILE": str(file)})

    kept = found.get(name) or found[f"{name}S"][0]
    assert kept == KEY + "x"


def test_a_database_may_be_named_in_a_file(start, tmp_path):
    file = tmp_path / "secret"
    file.write_text("postgres://u:p@host:5432/calls\n")

    assert start(DATABASE_URL_FILE=str(file))["DATABASES"]["default"]["NAME"] == "calls"


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_and_its_file_at_once_are_refused(start, tmp_path, name):
    file = tmp_path / "secret"
    file.write_text(KEY)

    sentence = refusal(start, **{name: KEY, f"{name}_FILE": str(file)})

    assert sentence == f"{name} and {name}_FILE are both set: keep one."


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_file_that_cannot_be_read_is_named(start, tmp_path, name):
    sentence = refusal(start, **{name: "", f"{name}_FILE": str(tmp_path / "gone")})

    assert sentence == f"{name}_FILE cannot be read: No such file or directory."


@pytest.mark.parametrize("content", [b"\xff\xfe\x00k", b"", b" \n"])
def test_a_secret_file_without_a_secret_is_named(start, tmp_path, content):
    file = tmp_path / "secret"
    file.write_bytes(content)

    assert refusal(start, VONAGE_API_SECRET_FILE=str(file)).startswith("VONAGE_API_SECRET_FILE ")
