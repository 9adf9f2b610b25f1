import logging
import sys
from types import ModuleType

import pytest
from django.conf import settings

from tests.world import World

# channels.testing imports daphne for a live server, which no test of ours starts.
daphne = ModuleType("daphne.testing")
daphne.DaphneProcess = None  # type: ignore[attr-defined]
sys.modules.setdefault("daphne.testing", daphne)

from calls.tests.doors import Doors  # noqa: E402

PERSONAL = (World.CALLER, World.MENU, "447700900123", "900001", "900123")


@pytest.fixture
def doors(world, caplog):
    """The webhook doors. Whatever comes in, nothing secret or personal is logged."""
    caplog.set_level(logging.DEBUG)

    yield Doors(world)

    secrets = (*settings.VONAGE_SIGNATURE_SECRETS, settings.VONAGE_API_SECRET, "eyJ", "Bearer")
    written = "\n".join(logging.Formatter().format(one) for one in caplog.get_records("call"))
    assert [word for word in (*PERSONAL, *secrets) if word in written] == []
