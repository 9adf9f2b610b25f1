import base64
import hashlib
import io
import json
import subprocess
import sys
import tarfile

import pytest

from tools import client_sdk, run
from tools.client_sdk import Kept, NotFetched, fetch
from tools.stack import ROOT

PACKAGE, MEMBER = "@vonage/client-sdk", "dist/vonageClientSDK.min.js"
BUNDLE = b"function version() { return '2.3.1' }"


@pytest.fixture
def tarball(tmp_path):
    path = tmp_path / "package.tgz"
    with tarfile.open(path, "w:gz") as package:
        for name, content in ((MEMBER, BUNDLE), ("LICENSE", b"Commercial")):
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(content)
            package.addfile(entry, io.BytesIO(content))
    return path


@pytest.fixture
def pins(tmp_path, tarball):
    """A package.json that names the tarball."""
    checksum = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    path = tmp_path / "package.json"
    named = {
        "dependencies": {PACKAGE: "2.3.1"},
        "devDependencies": {},
        "integrity": {PACKAGE: f"sha512-{checksum}"},
    }
    path.write_text(json.dumps(named))
    return path


def name_another_version(pins):
    pins.write_text(pins.read_text().replace("2.3.1", "2.4.0"))


@pytest.fixture
def npm(tmp_path, tarball, monkeypatch):
    """A program of that name, alone on the PATH, that gives the tarball and notes its arguments."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "npm"

    def does(command):
        program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\n{command}\n')
        program.chmod(0o755)

    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    does(f"cp {tarball} vonage-client-sdk-2.3.1.tgz")
    return does


@pytest.fixture
def kept(tmp_path):
    return Kept(PACKAGE, MEMBER, tmp_path / "vendor" / "vonageClientSDK.min.js")


def asked(tmp_path):
    return (tmp_path / "asked").read_text().splitlines()


def test_one_file_of_the_named_version_is_kept_and_nothing_of_the_package_is_run(
    tmp_path, npm, kept, pins
):
    assert fetch(kept, pins)

    assert kept.path.read_bytes() == BUNDLE
    assert [path.name for path in kept.path.parent.iterdir()] == ["vonageClientSDK.min.js"]
    assert asked(tmp_path) == [f"pack --ignore-scripts --fetch-retries=0 {PACKAGE}@2.3.1"]


def test_what_is_there_is_not_fetched_again(tmp_path, npm, kept, pins):
    fetch(kept, pins)

    assert not fetch(kept, pins)

    assert len(asked(tmp_path)) == 1


def test_another_version_is_fetched_in_its_place(tmp_path, npm, kept, pins):
    kept.path.parent.mkdir()
    kept.path.write_text("function version() { return '2.2.0' }")

    assert fetch(kept, pins)

    assert kept.path.read_bytes() == BUNDLE


def test_a_tarball_with_another_checksum_is_kept_out(npm, kept, pins):
    npm("echo forged > vonage-client-sdk-2.3.1.tgz")

    with pytest.raises(NotFetched, match=r"another @vonage/client-sdk 2\.3\.1 than package\.json"):
        fetch(kept, pins)

    assert not kept.path.exists()


def test_an_npm_that_fails_leaves_what_was_there(npm, kept, pins):
    fetch(kept, pins)
    name_another_version(pins)
    npm("exit 1")

    with pytest.raises(NotFetched, match="npm could not fetch"):
        fetch(kept, pins)

    assert kept.path.read_bytes() == BUNDLE


def test_without_npm_it_says_so(tmp_path, kept, pins, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NotFetched, match="npm is not installed"):
        fetch(kept, pins)


def test_the_demo_goes_on_without_it_and_says_what_to_do(tmp_path, kept, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(client_sdk, "SDK", kept)

    said = run._fetch_sdk()

    assert "(npm is not installed)" in said
    assert "agents cannot take calls in the browser" in said
    assert "`make sdk`" in said


def test_the_command_fails_with_one_sentence(npm):
    npm("exit 1")
    program = (
        "import sys, pathlib; from tools import client_sdk as c;"
        "c.SDK = c.Kept(c.SDK.package, c.SDK.member, pathlib.Path('/nowhere/sdk.js'));"
        "sys.exit(c.main())"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("The Vonage Client SDK is missing (npm could not fetch")
    assert done.stderr.count("\n") == 1


def test_every_package_that_is_named_has_its_checksum():
    named = json.loads((ROOT / "package.json").read_text())

    assert {*named["dependencies"], *named["devDependencies"]} == set(named["integrity"])
