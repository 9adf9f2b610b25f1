from calls.admin.calls import CallAdmin
from calls.admin.customers import CustomerAdmin
from calls.admin.handling import DispositionAdmin
from calls.admin.health import HealingAdmin, InvariantCheckAdmin
from calls.admin.outbound import DialRulesAdmin, DoNotCallAdmin
from calls.admin.platform import InstructionAdmin, VonageEventAdmin
from calls.admin.queues import QueueAdmin, QueueAssignmentAdmin
from calls.admin.walls import WallLinkAdmin
from calls.admin.work import CallbackAdmin, VoicemailAdmin

__all__ = [
    "CallAdmin",
    "CallbackAdmin",
    "CustomerAdmin",
    "DialRulesAdmin",
    "DispositionAdmin",
    "DoNotCallAdmin",
    "HealingAdmin",
    "InstructionAdmin",
    "InvariantCheckAdmin",
    "QueueAdmin",
    "QueueAssignmentAdmin",
    "VoicemailAdmin",
    "VonageEventAdmin",
    "WallLinkAdmin",
]
