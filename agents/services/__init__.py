"""Every change of what an agent is doing."""

from agents.services.calling import begin_call
from agents.services.choosing import choose, choose_next, log_out
from agents.services.holding import (
    LONGEST_WRAP_UP,
    PAUSE_AFTER_REFUSAL,
    break_for_device,
    end_wrap_ups,
    extend_wrap_up,
    fail,
    free_after_offer,
    miss,
    occupy,
    reserve,
    wrap_up,
)
from agents.services.intervals import enter, locked, open_state, set_choice, settle
from agents.services.presence import ABSENCE, beat, lose, release_lapsed
from agents.services.reserving import reserve_all
from agents.services.supervised import (
    begin_supervising,
    end_supervising,
    end_wrap_up,
    set_state,
)

__all__ = [
    "ABSENCE",
    "LONGEST_WRAP_UP",
    "PAUSE_AFTER_REFUSAL",
    "beat",
    "begin_call",
    "begin_supervising",
    "break_for_device",
    "choose",
    "choose_next",
    "end_supervising",
    "end_wrap_up",
    "end_wrap_ups",
    "enter",
    "extend_wrap_up",
    "fail",
    "free_after_offer",
    "locked",
    "log_out",
    "lose",
    "miss",
    "occupy",
    "open_state",
    "release_lapsed",
    "reserve",
    "reserve_all",
    "set_choice",
    "set_state",
    "settle",
    "wrap_up",
]
