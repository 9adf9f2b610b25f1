from agents.admin.agents import AgentAdmin, AgentStateAdmin, StateReasonAdmin
from agents.admin.users import AccountAdmin, TeamAdmin

__all__ = ["AccountAdmin", "AgentAdmin", "AgentStateAdmin", "StateReasonAdmin", "TeamAdmin"]
