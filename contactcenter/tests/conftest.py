import os
import runpy

import pytest

from contactcenter.tests.starting import KEY, ROOT, SECRETS


@pytest.fixture
def start(monkeypatch):
    """Read the settings anew, from this environment alone."""

    def started(**environment):
        for name in list(os.environ):
            if name in SECRETS or name.endswith("_FILE") or name.startswith("VONAGE_"):
                monkeypatch.delenv(name)
        for name in ("PUBLIC_URL", "ALLOWED_HOSTS", "LOG_LEVEL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("ENV_FILE", "")
        for name, value in ({"SECRET_KEY": KEY} | environment).items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "contactcenter" / "settings.py"))

    return started
