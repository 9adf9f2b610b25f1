"""A call is handed on by its agent, who does not wait for whoever gets it.

`asking` is the act itself. `returning` is what becomes of it: somebody has the customer, or they
come back. What is imported from here runs inside a service that holds the call.
"""

from calls.services.transferring.returning import (
    by_whom,
    close,
    goes_on,
    reached,
    take_back,
)

__all__ = ["by_whom", "close", "goes_on", "reached", "take_back"]
