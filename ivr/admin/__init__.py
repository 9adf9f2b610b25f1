from ivr.admin.flows import FlowAdmin
from ivr.admin.numbers import NumberAdmin
from ivr.admin.schedules import ScheduleAdmin

__all__ = ["FlowAdmin", "NumberAdmin", "ScheduleAdmin"]
