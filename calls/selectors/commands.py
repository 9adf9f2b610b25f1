"""What became of what somebody asked for, for those who asked."""

from typing import Any

from agents.models import Agent, User
from agents.selectors import check_supervisor, team_ids_of
from calls.errors import NoSuchCommand, NotAllowed
from calls.models import Call, Command, Offer
from calls.selectors.calls import call_of, is_led_by
from calls.states import LegState, OfferState


def asker_of(user: User, *, call_id: int, supervises: bool, checks_right: bool) -> int | None:
    """As whom this user asks for something to be done with the call: their agent's id, or None.

    None: as a supervisor of the call. NoSuchCall where they may not see it, and NotAllowed where
    only an agent of the call may. Acts that check the right themselves are given any agent.
    """
    agent = Agent.objects.filter(user=user.pk).first()
    if checks_right:
        return agent.id if agent else None
    call = call_of(user, call_id=call_id)
    if agent and (_is_in(agent.id, call.id) or not (supervises and _may_supervise(user, call))):
        return agent.id  # the command says what is in the way
    if not supervises:
        raise NotAllowed("Only an agent who is in this call may do this.")
    check_supervisor(user)
    return None


def _may_supervise(user: User, call: Call) -> bool:
    return bool(team_ids_of(user)) and is_led_by(user, call_id=call.id)


def _is_in(agent_id: int, call_id: int) -> bool:
    """Whether this agent takes part in the call now."""
    part = Offer.objects.filter(call=call_id, agent=agent_id, state=OfferState.ACCEPTED)
    return part.exclude(leg__state=LegState.ENDED).exists()


def command_of(user: User, *, key: str) -> Command:
    """One's own command, or NoSuchCommand; a superuser may look at any."""
    mine = Command.objects.all() if user.is_superuser else Command.objects.filter(user=user)
    found = mine.filter(key=key).first()
    if found is None:
        raise NoSuchCommand("There is no such command.")
    return found


def command_row(command: Command) -> dict[str, Any]:
    """As `GET /api/commands/{key}` shows it."""
    error = {"code": command.error_code, "message": command.error, "fields": {}}
    return {"state": command.state, "error": error if command.error else None}
