"""Where this platform is, as it tells its customers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Region:
    """The address under which the customer reaches it: webhooks and recordings name it."""

    url: str
