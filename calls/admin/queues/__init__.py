from calls.admin.queues.order import QueueAssignmentAdmin
from calls.admin.queues.page import QueueAdmin

__all__ = ["QueueAdmin", "QueueAssignmentAdmin"]
