from ivr.admin.flows import FlowAdmin
from ivr.admin.numbers import NumberAdmin

__all__ = ["FlowAdmin", "NumberAdmin"]
