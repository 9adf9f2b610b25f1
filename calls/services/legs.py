"""What Vonage says of a leg: facts into its row, and what its end means for the call."""

from datetime import datetime, timedelta

from agents import phones
from agents import services as agents
from calls.broadcast import announce
from calls.models import Call, Leg, Offer
from calls.services import (
    callbacks,
    ends,
    healed,
    inviting,
    lost,
    offers,
    outbound,
    outbox,
    overflow,
    supervising,
    transferring,
)
from calls.services.news import News
from calls.states import (
    LEG_STATES,
    CallState,
    HungUpBy,
    LegKind,
    LegState,
    OfferState,
    advances,
    ending,
    offer_outcome,
)


def tell(leg: Leg, news: News, *, call: Call, now: datetime) -> None:
    """Fold the news into a leg of a locked call. Late and repeated news changes no state.

    Facts are folded by the platform's own times, so any order of the same news gives the same row.
    """
    state = LEG_STATES.get(news.status)
    if state is None:
        return
    was = LegState(leg.state)
    _fold(leg, state, news)
    leg.news_at = now
    if advances(was, state):
        leg.state = state
    leg.save()
    if was != LegState.ENDED and state == LegState.ENDED:
        _ended(leg, news, call=call, now=now)
    elif was == LegState.ENDED and state != LegState.ENDED and leg.ended_as == "unknown":
        # We had given it up without ever hearing of it, and there it is. The row stays ended:
        # the agent may have another leg by now.
        outbox.hang_up(leg, now=now, though_ended=True)
    if leg.agent_id:
        announce(agents=[leg.agent_id])


def _fold(leg: Leg, state: LegState, news: News) -> None:
    column = f"{state}_at"
    setattr(leg, column, _earliest(getattr(leg, column), news.at))
    if state != LegState.ENDED:
        return
    if news.status != "completed" or leg.ended_as in {"", "unknown"}:
        leg.ended_as = news.status
    if news.status == "completed":
        leg.answered_at = _earliest(leg.answered_at, news.answered_at)
        for name in ("disconnected_by", "duration", "price", "rate", "network"):
            told = getattr(news, name)
            if told not in {None, ""}:  # our own guess at an end knows none of this
                setattr(leg, name, told)


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    known = [time for time in (one, other) if time is not None]
    return min(known) if known else None


def _ended(leg: Leg, news: News, *, call: Call, now: datetime) -> None:
    outbox.withdraw(call, now=now)
    if leg.kind == LegKind.AGENT:
        _agents_ended(leg, news, call=call, now=now)
        supervising.agents_changed(call, now=now)
    elif leg.kind == LegKind.SUPERVISOR:
        supervising.ended(leg, call=call, now=now)
    elif leg.kind == LegKind.NUMBER:
        ended = ending(news.status, news.sip_code)
        number_ended(leg, call=call, ended=ended, now=now)
    elif leg.kind == LegKind.CUSTOMER:
        ended = ending(news.status, news.sip_code)
        if not customer_ended(leg, call=call, ended=ended, now=now):
            by = HungUpBy.CUSTOMER if news.disconnected_by == "user" else HungUpBy.PLATFORM
            ends.end_call(call, ended_at=leg.ended_at or now, hung_up_by=by, now=now)


def customer_ended(leg: Leg, *, call: Call, ended: str, now: datetime) -> bool:
    """A customer's leg has ended. True when what that means has been done: they were called."""
    return outbound.customer_ended(
        leg, call=call, ended=ended, now=now
    ) or callbacks.customer_ended(leg, call=call, ended=ended, now=now)


def number_ended(leg: Leg, *, call: Call, ended: str, now: datetime) -> None:
    """A number was not reached (`ended`: Vonage's word for why), or whoever answered has left."""
    if not inviting.number_ended(leg, call=call, ended=ended, now=now):
        overflow.number_ended(leg, call=call, ended=ended, now=now)


def _agents_ended(leg: Leg, news: News, *, call: Call, now: datetime) -> None:
    offer = Offer.objects.filter(leg=leg).select_related("entry", "agent", "leg").first()
    if offer is None:
        return
    if offer.state == OfferState.PENDING:
        outcome, cause = offer_outcome(
            ending(news.status, news.sip_code),
            invite_seen=offer.seen_at is not None,
            console_gone=phones.is_gone(offer.agent, now=now),
        )
        offers.settle(offer, outcome, call=call, now=now, cause=cause)
    elif offer.state == OfferState.ACCEPTED:
        _agent_gone(leg, offer, news, call=call, now=now)


def _agent_gone(leg: Leg, offer: Offer, news: News, *, call: Call, now: datetime) -> None:
    """An agent who had the call has no leg any more: on purpose, or lost?"""
    is_meant = leg.on_purpose or (news.disconnected_by == "user" and not _console_lost(offer, now))
    if _goes_on(leg, offer, call=call, is_lost=not is_meant, now=now):
        return
    # Nobody has the call any more.
    is_over = call.state == CallState.ENDED or bool(call.hung_up_by)
    if not is_over and not is_meant:
        agents.lose(agent_id=offer.agent_id, now=now)
        if lost.keep_customer(call, agent_id=offer.agent_id, now=now):
            return
    else:
        until = now + timedelta(seconds=offer.wrap_up_seconds)
        agents.wrap_up(agent_id=offer.agent_id, until=until, now=now)
    if call.state in {CallState.CONNECTED, CallState.HELD}:
        ends.hang_up_customer(call, by=HungUpBy.AGENT, actor=str(offer.agent), now=now)


def _goes_on(leg: Leg, offer: Offer, *, call: Call, is_lost: bool, now: datetime) -> bool:
    """Whether the call needs this agent no more; then they have been let go."""
    return (
        callbacks.agent_left(leg, offer, call=call, is_lost=is_lost, now=now)
        or outbound.agent_left(leg, offer, call=call, is_lost=is_lost, now=now)
        or transferring.goes_on(call, offer, is_lost=is_lost, now=now)
        or inviting.agent_left(leg, offer, call=call, is_lost=is_lost, now=now)
    )


def _console_lost(offer: Offer, now: datetime) -> bool:
    """The console that took the call has fallen silent. Agents without one are believed."""
    until = offer.agent.console_until
    return until is not None and until < now


def gone(leg: Leg, *, was_asked: bool, call: Call, now: datetime) -> None:
    """Vonage does not know the leg any more: it has ended, we do not know how."""
    if leg.state != LegState.ENDED:
        learn = found if was_asked else tell
        learn(leg, News(status="completed", at=now), call=call, now=now)


def found(leg: Leg, news: News, *, call: Call, now: datetime) -> None:
    """What Vonage says of a leg that we asked about. An end that we had missed is healed by it."""
    was = leg.state
    tell(leg, news, call=call, now=now)
    if was != LegState.ENDED and leg.state == LegState.ENDED:
        words = f"Nobody had told us that the {leg.kind} leg had ended: found by asking Vonage."
        healed.note("lost_end", words, call=call, agent_id=leg.agent_id, now=now)
