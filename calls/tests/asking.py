"""What agents and supervisors ask to be done with calls, and what became of it."""

from calls.models import Command
from calls.services import commands


def ask(world, kind, call, agent, /, *, user=None, **body):
    """Ask as this agent, or with None as a supervisor; returns the command's key."""
    return commands.ask(
        kind,
        call_id=call.id,
        agent_id=agent and agent.id,
        user_id=(user or agent.user).pk,
        actor=(user or agent.user).username,
        body=body,
        now=world.now,
    )


def became(key):
    """What became of a command: its state, and the code of its refusal."""
    command = Command.objects.get(key=key)
    return command.state, command.error_code
