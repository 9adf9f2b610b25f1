"""What supervisors ask for: to listen, coach, barge in, take a call over, and to leave it again."""

from agents.errors import AgentBusy
from agents.models import User
from calls.errors import CallGone, NoSuchCall, NotAllowed
from calls.models import Supervision
from calls.models.coaching import (
    NO_ROLE,
    TAKE_OVER,
    Asker,
    Obstacle,
    Talk,
    asker_of,
    is_theirs,
    obstacle,
    talks_of,
)
from calls.services.asked import Act, Asked
from calls.services.supervising import ending, hearing, joining, rows, taking_over
from calls.services.supervising.rows import Mode, State
from contactcenter.errors import Refused

REFUSALS: dict[str, type[Refused]] = {
    "agent_busy": AgentBusy,
    "call_gone": CallGone,
    "not_allowed": NotAllowed,
}


def _supervise(asked: Asked) -> bool:
    """Ring the supervisor, or change what one who is there already may do."""
    wanted = str(asked.body["mode"])
    asker = asker_of(_user(asked))
    _check(asker, talks_of([asked.call])[asked.call.id], wanted)
    mode = Mode.BARGE if wanted == TAKE_OVER else Mode(wanted)
    own = _own(asked)
    if own is None:
        joining.ring(
            asked.call, agent_id=asker.agent_id or 0, mode=mode, actor=asked.actor,
            command=asked.command, now=asked.now,
        )  # fmt: skip
        return False
    if wanted == TAKE_OVER and (own.state, own.mode) == (State.JOINED, Mode.BARGE):
        return taking_over.take(own, call=asked.call, now=asked.now)
    _switch(own, mode, asked)
    return False


def _switch(own: Supervision, mode: Supervision.Mode, asked: Asked) -> None:
    """Other limits for the same leg in the same room; one that rings comes in with them."""
    asked.command.body |= {"was": own.mode}
    asked.command.save(update_fields=["body"])
    rows.overtake(own, asked.command, now=asked.now)
    rows.change(own, mode=mode, is_told=rows.is_told(asked.call, mode))
    rows.log(own, "supervision_changed", call=asked.call, now=asked.now, actor=asked.actor)
    if own.state == State.JOINED:
        hearing.move(own, call=asked.call, now=asked.now, command=asked.command)


def _moved(asked: Asked) -> None:
    own = _own(asked)
    if own and own.state == State.JOINED and asked.body["mode"] == TAKE_OVER:
        is_theirs_now = taking_over.take(own, call=asked.call, now=asked.now)
        if not is_theirs_now:
            _not_moved(asked)


def _not_moved(asked: Asked) -> None:
    """They hear and are heard as before.

    Vonage is told so: it may have done what it never said, or something that was overtaken.
    """
    own, was = _own(asked), asked.body.get("was")
    if own is None or own.state != State.JOINED or not was:
        return
    rows.change(own, mode=was, is_told=rows.is_told(asked.call, str(was)))
    rows.log(own, "supervision_changed", call=asked.call, now=asked.now, actor=asked.actor)
    hearing.move(own, call=asked.call, now=asked.now)


def _leave(asked: Asked) -> bool:
    own = _own(asked)
    if own is None:
        raise CallGone("You do not listen to this call any more.")
    ending.close(own, "left", call=asked.call, now=asked.now, error="You have left the call.")
    ending.hang_up(own.leg, now=asked.now)
    return True


def _own(asked: Asked) -> Supervision | None:
    mine = rows.live(asked.call).filter(agent__user=asked.command.user_id)
    return mine.first()


def _user(asked: Asked) -> User:
    if asked.command.user is None:
        raise NotAllowed("Only somebody who has logged in can listen to calls.")
    return asked.command.user


def _check(asker: Asker, talk: Talk, mode: str) -> None:
    """Refused, unless this is theirs to ask for."""
    if not asker.has_role:
        raise NotAllowed(NO_ROLE)
    if not is_theirs(asker, talk) and talk.agent_ids:
        raise NoSuchCall("There is no such call.")
    if found := obstacle(asker, talk, mode):
        _refuse(found)


def _refuse(found: Obstacle) -> None:
    raise REFUSALS[found.code](found.words)


SUPERVISE = Act(_supervise, _moved, _not_moved, for_supervisors=True, checks_right=True)
LEAVE = Act(_leave, for_supervisors=True, checks_right=True)
