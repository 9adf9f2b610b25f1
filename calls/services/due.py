"""Keeping deadlines one by one."""

import logging
from collections.abc import Callable

from calls.services.journal import ConcurrentChange

logger = logging.getLogger(__name__)


def guarded(service: Callable[[], object]) -> None:
    """One call that cannot be helped must not keep the router from the others."""
    try:
        service()
    except ConcurrentChange:
        logger.info("a call moved on while its deadline was kept: looked at again next round")
    except Exception:
        logger.exception("a deadline could not be kept")
