"""Who answers in a call that an agent makes: the agent first, then whom they call."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agents import selectors as known_agents
from agents.errors import AgentBusy
from calls.broadcast import announce
from calls.models import Call, CallEvent, Leg, Offer, dials
from calls.services import journal, offers, outbox, waiting
from calls.services.keys import leg_key
from calls.services.outbound import ending
from calls.services.outbound.beginning import check_colleague
from calls.states import CallState, LegKind, LegState, OfferState
from ivr import ncco
from ivr.ncco import Ncco

LEG_KEY = re.compile(r"[0-9a-f]{32}")
COLLEAGUE_RINGS = 30  # seconds
HUNG_UP = "The caller has hung up."
OVER = "This call is over."
NOT_YOURS = "This call could not be begun."


def has_key(payload: Mapping[str, Any]) -> bool:
    """Whether this is a call that some console says we have told it to begin."""
    return "from_user" in payload and bool(_key_in(payload.get("custom_data")))


def refuse() -> Ncco:
    """What such a call hears that we know nothing of; it ends by itself."""
    return _say(NOT_YOURS)


def begun_by(payload: Mapping[str, Any], uuid: str) -> Leg | None:
    """The planned leg that a console has just begun: its key and its agent's platform user.

    Either alone could be made up by somebody else. A key counts once: for the first uuid.
    """
    key = _key_in(payload.get("custom_data"))
    user = payload.get("from_user")
    if not key or not isinstance(user, str):
        return None
    leg = Leg.objects.filter(key=key, agent__vonage_user=user, offer__kind=Offer.Kind.OUTGOING)
    found = leg.select_related("offer").first()
    return found if found and found.uuid in {None, uuid} and _is_consoles(found) else None


def _is_consoles(leg: Leg) -> bool:
    """Not one that we dial ourselves: that one answers at its own address."""
    return leg.offer.dialled_at is None and leg.offer.agent_id == leg.call.agent_id


def _key_in(custom_data: object) -> str:
    """The key that our console gave its call; Vonage may send it as JSON or as text of JSON."""
    if isinstance(custom_data, str):
        try:
            custom_data = json.loads(custom_data)
        except ValueError:
            return ""
    key = custom_data.get("key") if isinstance(custom_data, Mapping) else None
    return key if isinstance(key, str) and LEG_KEY.fullmatch(key) else ""


def agent_answers(leg: Leg, *, call: Call, now: datetime) -> Ncco:
    """The answer webhook of an agent's leg in a call that agents make.

    The one who makes it hears it ring in room 1 while the other end is called.
    """
    offer = leg.offer
    if offer.state == OfferState.PENDING and not _is_over(call):
        offers.join(offer, now=now)
        if offer.agent_id != call.agent_id:
            return _colleague_joins(leg, call=call, now=now)
    if offer.state != OfferState.ACCEPTED or leg.state == LegState.ENDED or _is_over(call):
        return _say(OVER)
    if call.state != CallState.DIALING:
        return [ncco.join(call.room_name())]
    if not leg.room:
        Leg.objects.filter(id=leg.id).update(room=call.room_name())
        objection = _go_on(leg, call=call, now=now)
        if objection:
            return _say(objection)
    return [ncco.wait(call.room_name(), music_url=outbox.ringback())]


def _go_on(leg: Leg, *, call: Call, now: datetime) -> str:
    """Call the other end, now that the agent is there; or why that cannot be."""
    if call.direction == Call.Direction.INTERNAL:
        return _ring_colleague(call, now=now)
    row = dials.row()
    customer = Leg.objects.create(
        call=call,
        kind=LegKind.CUSTOMER,
        key=leg_key(call.key, call.legs.count()),
        number=call.to_number,
        # A room is known in its own region alone.
        region_url=leg.region_url,
        planned_at=now,
        news_at=now,
    )
    outbox.dial_number(
        customer,
        to=call.to_number,
        from_number=call.from_number,
        ring_seconds=row.ring_seconds,
        detects_machine=row.detects_machines,
        now=now,
    )
    journal.record(call, "dialled", at=now, data={"leg": customer.id, "number": call.to_number})
    announce(agents=[call.agent_id])
    return ""


def _ring_colleague(call: Call, *, now: datetime) -> str:
    begun = CallEvent.objects.get(call=call, type="begun")
    colleague_id: int = begun.data["to"]
    try:
        check_colleague(colleague_id, agent_id=call.agent_id or 0, now=now)
        offer = offers.ring(
            call,
            agent_id=colleague_id,
            kind=Offer.Kind.OUTGOING,
            ring_seconds=COLLEAGUE_RINGS,
            now=now,
        )
    except AgentBusy as error:
        ending.never_rung(call, now=now)
        return error.message
    journal.record(call, "dialled", at=now, data={"leg": offer.leg_id, "agent": colleague_id})
    announce(agents=[call.agent_id])
    return ""


def _colleague_joins(leg: Leg, *, call: Call, now: datetime) -> Ncco:
    """The colleague has picked up, and is told who calls."""
    Leg.objects.filter(id=leg.id).update(room=call.room_name())
    journal.record(
        call,
        "colleague_answered",
        at=now,
        actor=str(leg.offer.agent),
        data={"agent": leg.offer.agent_id},
        state=CallState.CONNECTED,
        answered_at=now,
    )
    announce(agents=[call.agent_id, leg.offer.agent_id])
    name = known_agents.name_of(agent_id=call.agent_id or 0)
    return [ncco.talk(f"{name} calls you.", language="en-GB"), ncco.join(call.room_name())]


def customer_answers(leg: Leg, *, call: Call, now: datetime) -> Ncco | None:
    """The answer webhook of whom an agent calls; None: of another leg, or of one who has answered.

    They have gone on since, like everybody on the line.
    """
    if call.direction != Call.Direction.OUTBOUND or leg.number != call.to_number:
        return None
    if leg.on_purpose or leg.state == LegState.ENDED or _is_over(call):
        return _say(HUNG_UP)
    if not ending.is_ringing(call):
        return None
    journal.record(
        call,
        "customer_answered",
        at=now,
        data={"leg": leg.id},
        state=CallState.CONNECTED,
        answered_at=now,
    )
    waiting.enters_room(call)
    announce(agents=[call.agent_id])
    return [ncco.join(call.room_name())]


def hears_machine(leg: Leg, *, sub_state: object, call: Call, now: datetime) -> None:
    """Vonage thinks that an answering machine has picked up. The agent is told, once."""
    told = call.events.filter(type="machine").exists()
    if leg.kind != LegKind.CUSTOMER or call.state == CallState.ENDED or told:
        return
    reason = sub_state if sub_state in {"beep_start", "beep_timeout"} else ""
    journal.record(call, "machine", at=now, reason=str(reason), data={"leg": leg.id})
    announce(agents=[call.agent_id])


def _is_over(call: Call) -> bool:
    return call.state == CallState.ENDED or bool(call.hung_up_by)


def _say(words: str) -> Ncco:
    return ncco.speak([words], language="en-GB")
