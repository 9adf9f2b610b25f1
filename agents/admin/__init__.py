from agents.admin.agents import AgentAdmin
from agents.admin.api_keys import ApiKeyAdmin
from agents.admin.skills import SkillAdmin
from agents.admin.states import AgentStateAdmin, StateReasonAdmin
from agents.admin.users import AccountAdmin, TeamAdmin

__all__ = [
    "AccountAdmin",
    "AgentAdmin",
    "AgentStateAdmin",
    "ApiKeyAdmin",
    "SkillAdmin",
    "StateReasonAdmin",
    "TeamAdmin",
]
