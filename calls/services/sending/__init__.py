"""Claiming instructions and writing down what became of them. The request itself is the router's.

An instruction is executed at most once unless it is safe to repeat: a dial whose outcome is not
known is never sent again; moves, hang-ups, fetches and checks are the same twice as once. An
announcement that could not be made is left out: the next one comes.
"""

from calls.services.sending.claiming import claim, is_due
from calls.services.sending.orders import Order, Report
from calls.services.sending.recovering import forget_nameless, recover
from calls.services.sending.settling import settle

__all__ = [
    "Order",
    "Report",
    "claim",
    "forget_nameless",
    "is_due",
    "recover",
    "settle",
]
