"""Calls that agents make: to a telephone, or to a colleague."""

from calls.services.outbound import rules
from calls.services.outbound.answering import (
    agent_answers,
    begun_by,
    customer_answers,
    has_key,
    hears_machine,
    refuse,
)
from calls.services.outbound.beginning import call_colleague, call_number
from calls.services.outbound.ending import (
    agent_left,
    customer_ended,
    end_early,
    is_ringing,
    not_rung,
    says_goodbye,
)
from calls.services.outbound.overdue import settle_overdue

__all__ = [
    "agent_answers",
    "agent_left",
    "begun_by",
    "call_colleague",
    "call_number",
    "customer_answers",
    "customer_ended",
    "end_early",
    "has_key",
    "hears_machine",
    "is_ringing",
    "not_rung",
    "refuse",
    "rules",
    "says_goodbye",
    "settle_overdue",
]
