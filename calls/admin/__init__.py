from calls.admin.calls import CallAdmin
from calls.admin.handling import DispositionAdmin
from calls.admin.platform import InstructionAdmin, VonageEventAdmin
from calls.admin.queues import QueueAdmin

__all__ = ["CallAdmin", "DispositionAdmin", "InstructionAdmin", "QueueAdmin", "VonageEventAdmin"]
