"""What the settings are read from, and how they refuse."""

from pathlib import Path

import pytest
from django.conf import settings as running
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(running.BASE_DIR)
KEY = "k" * 32
SECRETS = [
    "SECRET_KEY",
    "VONAGE_API_SECRET",
    "VONAGE_PRIVATE_KEY",
    "VONAGE_SIGNATURE_SECRET",
    "DATABASE_URL",
    "REDIS_URL",
]


def refusal(start, **environment):
    with pytest.raises(ImproperlyConfigured) as refused:
        start(**environment)
    return str(refused.value)
