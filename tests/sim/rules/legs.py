"""What Vonage says of a leg, and what its end means for the call; `calls.services.legs`, `ends`."""

from typing import NamedTuple

from agents.states import State
from calls import states
from calls.states import CallOutcome, CallState, HungUpBy, LegKind, LegState, OfferState
from tests.sim.rules import agents, journal, leaving, offers, outbox, waiting
from tests.sim.rules.centre import CLOSED, Centre, customer_leg
from tests.sim.rules.rows import NEVER, Agent, Call, Leg

SHORT = 5.0  # seconds of waiting; who leaves sooner is counted apart


class News(NamedTuple):
    status: str
    at: float
    answered_at: float | None = None
    sip_code: int | None = None
    disconnected_by: str = ""
    duration: float | None = None


def know(centre: Centre, leg: Leg, uuid: str) -> None:
    """Vonage has told us its name of a leg that we planned."""
    if not leg.uuid:
        leg.uuid = uuid
        centre.by_uuid[uuid] = leg


def tell(centre: Centre, leg: Leg, news: News) -> None:
    """Fold the news into the leg. Late and repeated news changes no state."""
    state = states.LEG_STATES.get(news.status)
    if state is None:
        return
    was = leg.state
    leg.heard.append(news)
    fold(leg, state, news)
    leg.news_at = centre.now
    centre.touched[leg.call] = None
    if states.advances(was, state):
        leg.state = state
    if was != LegState.ENDED and state == LegState.ENDED:
        leg.dial_until = NEVER
        centre.free_of(leg)
        ended(centre, leg, news)
    elif was == LegState.ENDED and state != LegState.ENDED and leg.ended_as == "unknown":
        outbox.hang_up(centre, leg, though_ended=True)


def fold(leg: Leg, state: LegState, news: News) -> None:
    if state == LegState.ANSWERED:
        leg.answered_at = _earliest(leg.answered_at, news.at)
    if state != LegState.ENDED:
        return
    leg.ended_at = _earliest(leg.ended_at, news.at)
    if news.status != "completed" or leg.ended_as in {"", "unknown"}:
        leg.ended_as = news.status
    if news.status == "completed":
        leg.answered_at = _earliest(leg.answered_at, news.answered_at)
        leg.disconnected_by = news.disconnected_by or leg.disconnected_by
        leg.duration = leg.duration if news.duration is None else news.duration


def _earliest(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def ended(centre: Centre, leg: Leg, news: News) -> None:
    call = leg.call
    outbox.withdraw(centre, call)
    if leg.kind == LegKind.CUSTOMER:
        if not leaving.customer_left(centre, leg):
            by = HungUpBy.CUSTOMER if news.disconnected_by == "user" else HungUpBy.PLATFORM
            end_call(centre, call, by)
    elif leg.kind == LegKind.NUMBER:
        leaving.number_left(centre, leg)
    elif leg.offer and leg.offer.state == OfferState.PENDING:
        outcome, cause = states.offer_outcome(
            states.ending(news.status, news.sip_code),
            invite_seen=leg.offer.seen_at is not None,
            console_gone=_is_gone(centre, leg.offer.agent),
        )
        offers.settle(centre, leg.offer, outcome, cause)
    elif leg.offer and leg.offer.state == OfferState.ACCEPTED:
        _agent_gone(centre, leg, news)


def _is_gone(centre: Centre, agent: Agent) -> bool:
    return agent.console_until <= centre.now + CLOSED


def _agent_gone(centre: Centre, leg: Leg, news: News) -> None:
    """An agent who had the call has no leg any more: on purpose, or lost?"""
    call, offer = leg.call, leg.offer
    assert offer is not None
    if leaving.agent_left_callback(centre, leg):
        return
    is_over = call.state == CallState.ENDED or bool(call.row["hung_up_by"])
    by_choice = news.disconnected_by == "user" and offer.agent.console_until > centre.now
    if not is_over and not leg.on_purpose and not by_choice:
        agents.lose(centre, offer.agent)
        if waiting.wait_again(centre, call, offer.agent):
            return
    elif offer.agent.state == State.BUSY:
        agents.wrap_up(centre, offer.agent, offer.entry.queue.wrap_up)
    if call.state == CallState.CONNECTED and not any(has_it(other) for other in call.legs):
        hang_up_customer(centre, call)


def has_it(leg: Leg) -> bool:
    """Whether this is the live leg of an agent who took the call."""
    is_accepted = leg.offer is not None and leg.offer.state == OfferState.ACCEPTED
    return is_accepted and leg.state != LegState.ENDED


def hang_up_customer(centre: Centre, call: Call) -> None:
    if not call.row["hung_up_by"]:
        journal.record(centre, call, "agent_left", hung_up_by=HungUpBy.AGENT)
    if customer := customer_leg(call):
        outbox.drop(centre, customer)


def gone(centre: Centre, leg: Leg) -> None:
    """Vonage does not know the leg any more."""
    if leg.state != LegState.ENDED:
        tell(centre, leg, News("completed", centre.now))


def end_call(centre: Centre, call: Call, hung_up_by: HungUpBy, outcome: str = "") -> None:
    """The customer has gone: close their wait, withdraw the offers, hang up everybody else."""
    if call.state == CallState.ENDED:
        return
    offers.rescind(centre, call)
    outcome = outcome or _outcome(centre, call)
    waiting.close(centre, call, outcome)
    journal.record(
        centre,
        call,
        "ended",
        state=CallState.ENDED,
        outcome=outcome,
        ended_at=centre.now,
        hung_up_by=call.row["hung_up_by"] or hung_up_by,
    )
    for leg in call.legs:
        if leg.state != LegState.ENDED:
            outbox.drop(centre, leg)
    outbox.withdraw(centre, call)


def _outcome(centre: Centre, call: Call) -> CallOutcome:
    if call.entry:
        is_short = centre.now - call.entry.enqueued_at < SHORT
        return CallOutcome.SHORT_ABANDONED if is_short else CallOutcome.ABANDONED
    if call.row["answered_at"] is not None:
        return CallOutcome.ANSWERED
    if any(entry.outcome == "voicemail" for entry in call.entries):
        return CallOutcome.VOICEMAIL
    is_sent_on = any(entry.outcome == "overflowed" for entry in call.entries)
    return CallOutcome.OVERFLOWED if is_sent_on else CallOutcome.ABANDONED_IN_FLOW
