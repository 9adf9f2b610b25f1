"""Asking for something to be done with a call that goes on, and what comes of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from agents.models import Agent
from calls.broadcast import announce
from calls.errors import CallGone, NoSuchCall, UnknownCommand
from calls.models import Call, Command, Instruction, Leg
from calls.services import due, flows, invitations, inviting, journal, outbound, outbox, parties
from calls.services.asked import Act, Asked
from calls.services.commands import bodies
from calls.services.commands.connecting import CONNECT
from calls.services.commands.kinds import ACTS
from calls.services.commands.rows import keep, settle
from calls.states import CallState, LegState
from ivr import ncco

PATIENCE = timedelta(seconds=20)  # for Vonage to carry it out
OPEN = [Instruction.State.WAITING, Instruction.State.CLAIMED]
NOT_DONE = "Vonage could not do it; nothing has changed. Please try again."
LATE = "Vonage did not answer in time. Look at where everybody is before you try again."


@transaction.atomic(durable=True)
def ask(
    kind: str,
    *,
    call_id: int,
    agent_id: int | None,
    user_id: int | None = None,
    actor: str,
    body: Mapping[str, Any],
    now: datetime,
) -> str:
    """Have this done, or Refused with why not. Returns the key of the command.

    `agent_id`: the agent who asks and takes part in the call, NoSuchCall if they do not; None is a
    supervisor, whose right to this call has been checked. An act that checks the right itself is
    given the asker's own agent, whatever call they are in. Without `user_id` the command is that
    agent's own user's.
    """
    act = ACTS.get(kind)
    if act is None:
        raise UnknownCommand("There is no such command.")
    read = bodies.read(kind, body)
    call = journal.locked(id=call_id)
    if call is None:
        raise NoSuchCall("There is no such call.")
    takes_back = kind == "end" and call.agent_id == agent_id and outbound.is_ringing(call)
    if agent_id is not None and not act.checks_right and not takes_back:
        _check_part(call, agent_id, kind)
    if _is_over(call, act, agent_id):
        raise CallGone("This call is over.")
    if parties.is_moving(call) and not act.checks_right:
        raise CallGone("This call is being transferred.")
    if user_id is None and agent_id is not None:
        user_id = Agent.objects.values_list("user", flat=True).get(id=agent_id)
    command = keep(
        call, kind, user_id=user_id, agent_id=agent_id, body=read | {"actor": actor},
        patience=PATIENCE, now=now,
    )  # fmt: skip
    if act.begin(Asked(call, command, agent_id, actor, read, now)):
        settle(command, None, now=now)
    tell(call, also=agent_id)
    return command.key


def _is_over(call: Call, act: Act, agent_id: int | None) -> bool:
    if call.state == CallState.ENDED and act.when_over and agent_id is not None:
        return not invitations.talks_on(call)
    return call.state == CallState.ENDED or bool(call.hung_up_by)


def _check_part(call: Call, agent_id: int, kind: str) -> None:
    """NoSuchCall for strangers; CallGone for those who are not in the call any more, or not yet.

    Who leaves it may press End once more, and nothing else.
    """
    try:
        own = parties.own_leg(call, agent_id)
    except NoSuchCall:
        if call.offers.filter(agent=agent_id).exists():
            raise CallGone("You are not in this call.") from None
        raise
    if own.on_purpose and kind != "end":
        raise CallGone("You are leaving this call.")


def tell(call: Call, *, also: int | None = None) -> None:
    """Whoever takes part in the call, and the floor, look at it anew."""
    agents = {leg.agent_id for leg in parties.talking(call)}
    agents |= set(call.supervisions.exclude(state="ended").values_list("agent", flat=True))
    announce(agents=[*agents, also, call.agent_id], queues=[call.queue_id])


def arrived(instruction: Instruction, *, call: Call, now: datetime) -> None:
    """Vonage has done an instruction of a command; with the last one the command is done."""
    command = instruction.command
    if command is None or command.state != Command.State.PENDING:
        return
    if command.instructions.filter(state__in=OPEN).exclude(id=instruction.id).exists():
        return
    act = ACTS[command.kind]
    if act.arrived and call.state != CallState.ENDED:
        act.arrived(_asked(command, call, now))
    settle(command, None, now=now)
    tell(call, also=command.agent_id)


def refused(instruction: Instruction, *, call: Call, words: str = NOT_DONE, now: datetime) -> bool:
    """Vonage will not do an instruction of a command. False: that nobody waits for."""
    command = instruction.command
    if command is None or command.state != Command.State.PENDING:
        return False
    _fail(command, call=call, words=words, now=now)
    return True


def _fail(command: Command, *, call: Call, words: str, now: datetime) -> None:
    act = ACTS[command.kind]
    if act.refused and call.state != CallState.ENDED:
        words = act.refused(_asked(command, call, now)) or words
    settle(command, ("call_gone", words), now=now)
    tell(call, also=command.agent_id)


def _asked(command: Command, call: Call, now: datetime) -> Asked:
    body = command.body
    return Asked(call, command, command.agent_id, str(body["actor"]), body, now)


def give_up(*, now: datetime) -> None:
    """Commands that were not carried out in time."""
    late = Command.objects.filter(state=Command.State.PENDING, give_up_at__lte=now)
    for command_id in late.exclude(kind=CONNECT).values_list("id", flat=True):
        due.guarded(partial(_give_up, command_id=command_id, now=now))


@transaction.atomic(durable=True)
def _give_up(*, command_id: int, now: datetime) -> None:
    """A move that is being sent at this moment decides first; one that was not done is put back.

    It may have been carried out although Vonage has never said so: whoever was to be moved is sent
    to where they were.
    """
    call = journal.locked(commands=command_id)
    command = Command.objects.filter(id=command_id, state=Command.State.PENDING).first()
    if call is None or command is None:
        return
    # Held, so that no sender claims one of them in between.
    held = command.instructions.select_for_update(of=("self",)).select_related("leg")
    moves = list(held.filter(verb=Instruction.Verb.TRANSFER).order_by("id"))
    if any(one.state == Instruction.State.CLAIMED for one in moves):
        return
    unsent = [one for one in moves if one.state == Instruction.State.WAITING]
    moved = [one.leg for one in unsent]
    command.instructions.filter(id__in=[one.id for one in unsent]).update(
        state=Instruction.State.CANCELLED, settled_at=now
    )
    if not moved:
        settle(command, ("call_gone", LATE), now=now)
        tell(call, also=command.agent_id)
        return
    _fail(command, call=call, words=NOT_DONE, now=now)
    for leg in moved:
        _send_back(leg, call=call, now=now)


def _send_back(leg: Leg, *, call: Call, now: datetime) -> None:
    """Have them where our books say they are, unless they are on their way already."""
    leg.refresh_from_db()
    if leg.state == LegState.ENDED or outbox.is_to_move(leg):
        return
    if leg == parties.customer(call):
        reply = flows.current_ncco(call)
        outbox.transfer(leg, reply, room=ncco.room_of(reply), now=now)
    elif leg in [one.leg for one in parties.invited(call)]:
        inviting.send_back(leg, call=call, now=now)
