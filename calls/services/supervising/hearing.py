"""Who hears a supervisor: only the supervisor's own leg carries limits, and it is moved to change.

The limits are fixed on joining, so another mode or other agents mean a move to the same room.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from calls.models import Call, Command, Leg, Supervision
from calls.models.coaching import Talk, asker_of, is_theirs, talks_of
from calls.services import due, journal, outbox, parties
from calls.services.supervising import ending, rows
from calls.services.supervising.rows import Mode, State
from calls.states import LegState
from ivr import ncco
from ivr.ncco import Ncco


def agents_changed(call: Call, *, now: datetime) -> None:
    """An agent has come into the call, left it, or moved: who whispers is heard by those there now.

    When no agent has the call any more, nobody listens to it either; nor does anybody to agents of
    whom none is of their teams.
    """
    listening = list(rows.live(call))
    if not listening or call.hung_up_by:
        return
    why = _nobody_left(listening, call)
    for supervision in listening:
        if words := why[supervision.id]:
            ending.let_go(supervision, words, call=call, now=now)
            continue
        if not supervision.is_told and rows.is_told(call, supervision.mode):
            rows.change(supervision, is_told=True)  # who came in is of a team that is told
            rows.tell(supervision, call)
        if supervision.state == State.JOINED and _is_outdated(supervision, call):
            move(supervision, call=call, now=now)


def _nobody_left(listening: Sequence[Supervision], call: Call) -> dict[int, str]:
    """By supervision: why there is nobody whom they may listen to, or "" while there is."""
    if not parties.talking(call):
        return {one.id: ending.NOBODY for one in listening}
    talk = talks_of([call])[call.id]
    return {one.id: "" if _may_hear(one, talk) else ending.NOT_THEIRS for one in listening}


def _may_hear(supervision: Supervision, talk: Talk) -> bool:
    """Nobody is let go while all agents are about to leave: whoever comes next decides."""
    return not talk.agent_ids or is_theirs(asker_of(supervision.agent.user), talk)


def check_rights(*, now: datetime) -> None:
    """Let go of those who may not listen to the agents of their call any more."""
    live = list(
        Supervision.objects.exclude(state=State.ENDED).select_related("call", "agent__user")
    )
    talks = talks_of(one.call for one in live) if live else {}
    for call_id in {one.call_id for one in live if not _may_hear(one, talks[one.call_id])}:
        due.guarded(partial(_look_again, call_id=call_id, now=now))


@transaction.atomic(durable=True)
def _look_again(*, call_id: int, now: datetime) -> None:
    call = journal.locked(id=call_id)
    if call:
        agents_changed(call, now=now)


def _is_outdated(supervision: Supervision, call: Call) -> bool:
    is_elsewhere = supervision.leg.room != room(call)
    return is_elsewhere or supervision.heard_by != (audience(supervision, call) or [])


def room(call: Call) -> str:
    """Where the agent talks whose call it is, else the first who does; never where music plays."""
    main = parties.main_leg(call)
    there = [*([main] if main else []), *parties.talking(call)]
    rooms = [leg.room for leg in there if leg.room not in {"", call.aside_room}]
    return rooms[0] if rooms else call.room_name()


def audience(supervision: Supervision, call: Call) -> list[str] | None:
    """Uuids of the legs that may hear the supervisor; None: all."""
    if supervision.mode == Mode.BARGE:
        return None
    if supervision.mode == Mode.LISTEN:
        return []
    there = room(call)
    return [leg.uuid for leg in parties.talking(call) if leg.uuid and leg.room == there]


def entrance(supervision: Supervision, call: Call) -> Ncco:
    """What the supervisor's leg runs now; keeps who hears it."""
    heard_by = audience(supervision, call)
    rows.change(supervision, heard_by=heard_by or [])
    return [ncco.listen(room(call), heard_by=heard_by)]


def enter(leg: Leg, call: Call) -> None:
    """The reply takes the leg to the room."""
    Leg.objects.filter(id=leg.id).update(room=room(call))


def move(
    supervision: Supervision, *, call: Call, now: datetime, command: Command | None = None
) -> None:
    """Have the limits of the supervisor's leg changed."""
    leg = supervision.leg
    if leg.state == LegState.ENDED:
        return
    reply = entrance(supervision, call)
    outbox.transfer(leg, reply, room=room(call), now=now, command=command)
