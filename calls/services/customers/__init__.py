"""Who calls, or is called: known by their numbers, and kept once somebody says who they are.

`save`, `merge` and `erase` are whole services.
"""

from calls.services.customers.erasing import erase
from calls.services.customers.merging import merge
from calls.services.customers.saving import known_by, save

__all__ = ["erase", "known_by", "merge", "save"]
