"""Ringing agents for a waiting call, and what becomes of it."""

from calls.services.offers.asking import region_of, ring
from calls.services.offers.making import Pair, cost, offer_all, offer_call
from calls.services.offers.outcomes import (
    accept,
    decline,
    dialled,
    drop,
    expire,
    explain,
    explain_all,
    fail,
    join,
    pending_of,
    rescind,
    see,
    settle,
)

__all__ = [
    "Pair",
    "accept",
    "cost",
    "decline",
    "dialled",
    "drop",
    "expire",
    "explain",
    "explain_all",
    "fail",
    "join",
    "offer_all",
    "offer_call",
    "pending_of",
    "region_of",
    "rescind",
    "ring",
    "see",
    "settle",
]
