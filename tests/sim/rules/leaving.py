"""Out of the queue by another way: callbacks, messages, numbers; `choices`, `callbacks`."""

from agents.states import State
from calls.states import CallState, HungUpBy, LegKind, LegState
from tests.sim.rules import agents, journal, legs, offers, outbox, waiting
from tests.sim.rules.centre import Centre, customer_leg
from tests.sim.rules.rows import NEVER, Call, Entry, Leg, Offer

LIFE = 2 * 3600.0  # of a callback: shorter than the product's, or every small run lasts a day


def offer_choices(centre: Centre, entry: Entry) -> None:
    """Move the caller out of the room and ask; nobody is offered them meanwhile."""
    call, customer = entry.call, customer_leg(entry.call)
    is_due = entry.left_at is None and entry.choices_at <= centre.now
    if not is_due or entry.is_paused or call.state != CallState.QUEUED or customer is None:
        return
    entry.is_paused = True
    step = call.row["step"] + 1
    journal.record(
        centre, call, "choices_offered", state=CallState.IN_FLOW, node="@choices", step=step
    )
    outbox.transfer(centre, customer, ("ask", step))


def chosen(centre: Centre, entry: Entry, digits: str) -> waiting.Ncco:
    call = entry.call
    if digits == "1":
        entry.is_virtual, entry.is_paused = True, False
        entry.give_up_at = centre.now + LIFE
        centre.remind_of(entry)
        journal.record(centre, call, "callback_asked", state=CallState.AWAITING_CALLBACK, node="")
        return waiting.BYE
    if digits == "2":
        waiting.close(centre, call, "voicemail")
        return waiting.voicemail(centre, call)
    return waiting.return_to_room(centre, call, entry)


def customer_left(centre: Centre, leg: Leg) -> bool:
    """True when this end of a customer's leg is not the end of the call."""
    call, entry = leg.call, leg.call.entry
    if entry is None or not entry.is_virtual:
        return False
    if leg is not call.legs[0] and call.state == CallState.DIALING and leg is _newest(call):
        _missed(centre, leg, entry)
    return True


def _newest(call: Call) -> Leg | None:
    return next((leg for leg in reversed(call.legs) if leg.kind == LegKind.CUSTOMER), None)


def agent_accepts(centre: Centre, offer: Offer) -> None:
    """An agent is there: now the caller is called."""
    call = offer.entry.call
    room = call.row["room"] + 1
    journal.record(
        centre,
        call,
        "callback_accepted",
        state=CallState.DIALING,
        agent_id=offer.agent.id,
        room=room,
    )
    outbox.dial(centre, centre.plan_leg(call, LegKind.CUSTOMER), takes_token=False)


def customer_answers(centre: Centre, leg: Leg) -> waiting.Ncco:
    """The answer webhook of a callback's leg."""
    call = leg.call
    if call.state == CallState.CONNECTED and leg is customer_leg(call):
        return ("join", call.row["room"])
    agent = next((one for one in call.legs if legs.has_it(one)), None)
    if call.state != CallState.DIALING or leg.state == LegState.ENDED or agent is None:
        return waiting.BYE
    leg.dial_until = NEVER
    waiting.close(centre, call, "answered")
    offers.connect(centre, call, agent.agent)
    return ("join", call.row["room"])


def _missed(centre: Centre, leg: Leg, entry: Entry) -> None:
    """The caller was not reached: the agent is freed without wrap-up, the next try is later."""
    call = leg.call
    call.tries += 1
    for own in [one for one in call.legs if legs.has_it(one)]:
        outbox.drop(centre, own)
        assert own.agent is not None
        agents.wrap_up(centre, own.agent, 0)
    if call.tries >= entry.queue.callback_tries:
        legs.end_call(centre, call, HungUpBy.SYSTEM, "callback")
        return
    entry.retry_at = centre.now + entry.queue.callback_retry
    centre.remind_of(entry)
    _await(centre, leg)


def _await(centre: Centre, leg: Leg) -> None:
    journal.record(
        centre, leg.call, "callback_missed", state=CallState.AWAITING_CALLBACK, agent_id=None
    )


def agent_left_callback(centre: Centre, leg: Leg) -> bool:
    """True when the agent left while the caller was being called: no try is counted."""
    call, entry = leg.call, leg.call.entry
    if entry is None or not entry.is_virtual or leg.agent is None:
        return False
    if leg.agent.state == State.BUSY and not leg.agent.pending:
        agents.wrap_up(centre, leg.agent, 0)
    if call.state == CallState.DIALING and call.row["agent_id"] == leg.agent.id:
        _await(centre, leg)
        for other in call.legs:
            if other.kind == LegKind.CUSTOMER and other.state != LegState.ENDED:
                outbox.drop(centre, other)
    return True


def dial_overdue(centre: Centre, leg: Leg) -> None:
    """A customer or number that was dialled and of which nothing is heard."""
    if leg.dial_until > centre.now or leg.state == LegState.ENDED:
        return
    leg.dial_until = NEVER
    outbox.drop(centre, leg)
    if not leg.uuid:
        centre.end_leg(leg, at=centre.now, how="unknown")
    if leg.kind == LegKind.NUMBER:
        number_left(centre, leg)
    else:
        customer_left(centre, leg)


def expire(centre: Centre, entry: Entry) -> None:
    """A callback whose day is over."""
    call = entry.call
    is_due = entry.left_at is None and entry.is_virtual and entry.give_up_at <= centre.now
    if is_due and call.state == CallState.AWAITING_CALLBACK:
        legs.end_call(centre, call, HungUpBy.SYSTEM, "callback")


def number_answers(centre: Centre, leg: Leg) -> waiting.Ncco:
    call = leg.call
    if call.state not in {CallState.DIALING, CallState.CONNECTED} or leg.state == LegState.ENDED:
        return waiting.BYE
    leg.dial_until = NEVER
    if call.state == CallState.DIALING:
        offers.connect(centre, call, None)
    return ("join", call.row["room"])


def number_left(centre: Centre, leg: Leg) -> None:
    """The number did not answer, or has hung up: the customer hears so, and is let go."""
    call, customer = leg.call, customer_leg(leg.call)
    if call.state == CallState.ENDED or call.row["hung_up_by"]:
        return
    by = HungUpBy.AGENT if call.state == CallState.CONNECTED else HungUpBy.SYSTEM
    journal.record(centre, call, "number_left", state=CallState.IN_FLOW, hung_up_by=by)
    if customer:
        outbox.transfer(centre, customer, waiting.BYE)
