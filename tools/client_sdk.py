"""`make sdk`: fetches the Client SDK that browsers call with, and what the browser tests need.

Neither is shipped with this project: they are fetched from npm, in the version and with the
checksum that `package.json` names, and of each package one file is kept.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.stack import ROOT

PATIENCE = 120.0  # seconds
LICENCE = "The Client SDK is Vonage's, under Vonage's own licence: fetched, never shipped."


class NotFetched(Exception):
    """A package could not be had; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The one file of an npm package that we keep, and where."""

    package: str
    member: str
    path: Path


SDK = Kept(
    "@vonage/client-sdk",
    "dist/vonageClientSDK.min.js",
    ROOT / "static" / "vendor" / "vonageClientSDK.min.js",
)
AXE = Kept("axe-core", "axe.min.js", ROOT / "node_modules" / "axe-core" / "axe.min.js")


def fetch(kept: Kept, pins: Path = ROOT / "package.json") -> bool:
    """Have the file as `pins` names it. False if it was there already.

    Raises NotFetched; a file of an earlier version then stays.
    """
    named = json.loads(pins.read_text())
    version: str = {**named["dependencies"], **named["devDependencies"]}[kept.package]
    if kept.path.exists() and version.encode() in kept.path.read_bytes():
        return False
    with tempfile.TemporaryDirectory() as folder:
        tarball = _pack(f"{kept.package}@{version}", Path(folder))
        if _checksum(tarball) != named["integrity"][kept.package]:
            raise NotFetched(f"npm gave another {kept.package} {version} than package.json names")
        found = _member(tarball, kept.member)
    kept.path.parent.mkdir(parents=True, exist_ok=True)
    fresh = kept.path.with_suffix(".new")
    fresh.write_bytes(found)
    fresh.replace(kept.path)
    return True


def without_sdk(error: NotFetched) -> str:
    """What it means for whoever runs the demo."""
    return (
        f"The Vonage Client SDK is missing ({error}): agents cannot take calls in the browser. "
        "Run `make sdk` with npm and the network at hand."
    )


def _pack(package: str, folder: Path) -> Path:
    """The package's tarball, as the registry has it; nothing of it is run."""
    npm = shutil.which("npm")
    if npm is None:
        raise NotFetched("npm is not installed")
    command = [npm, "pack", "--ignore-scripts", "--fetch-retries=0", package]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotFetched(f"npm did not fetch {package} within {PATIENCE:.0f} s") from None
    tarballs = list(folder.glob("*.tgz"))
    if done.returncode or len(tarballs) != 1:
        raise NotFetched(f"npm could not fetch {package}")
    return tarballs[0]


def _checksum(tarball: Path) -> str:
    """As npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()


def _member(tarball: Path, name: str) -> bytes:
    with tarfile.open(tarball) as package:
        found: Any = package.extractfile(f"package/{name}")
        content: bytes = found.read()
    return content


def main() -> int:
    try:
        is_new = fetch(SDK)
    except NotFetched as error:
        print(without_sdk(error), file=sys.stderr)
        return 1
    print(f"{SDK.path.relative_to(ROOT)} is {'fetched' if is_new else 'there'}. {LICENCE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
