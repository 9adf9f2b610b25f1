"""Once the agent has left, customers of some queues are asked how satisfied they are.

Runs inside a service that holds the call.
"""

from datetime import datetime

from calls.models import Call, SurveyAnswer
from calls.services import journal, outbox, waiting
from calls.states import CallState, HungUpBy
from ivr import ncco
from ivr.ncco import Ncco

ASKED, THANKED = "@survey", "@surveyed"  # where a call is meanwhile, which is no node of a flow
NODES = (ASKED, THANKED)
KEY_SECONDS = 8
SCORES = {str(score): score for score in range(1, 6)}
LANGUAGE = "en-GB"
THANKS = "Thank you. Goodbye."


def begin(call: Call, *, now: datetime) -> bool:
    """Ask the customer, out of the room, instead of hanging them up; each of them once.

    False, and nothing is changed, when the queue asks nothing, the customer has gone or is being
    hung up, or somebody else than the agent has ended the call.
    """
    question = call.queue.survey_question if call.queue else ""
    if not question or call.hung_up_by != HungUpBy.AGENT or call.answered_at is None:
        return False
    customer = waiting.customer_leg(call)
    is_there = customer is not None and not customer.on_purpose
    talked = call.state in {CallState.CONNECTED, CallState.HELD}
    if customer is None or not is_there or not talked or _was_asked(call):
        return False
    SurveyAnswer.objects.create(
        call=call, queue_id=call.queue_id, agent_id=call.agent_id, asked_at=now
    )
    journal.record(
        call,
        "survey_asked",
        at=now,
        state=CallState.IN_FLOW,
        node=ASKED,
        step=call.step + 1,
        held_at=None,
    )
    outbox.transfer(customer, _question(call, question), room="", now=now)
    return True


def _was_asked(call: Call) -> bool:
    return SurveyAnswer.objects.filter(call=call).exists()


def pressed(call: Call, *, step: int, digits: str, now: datetime) -> Ncco:
    """What the customer pressed, if anything; they are thanked for any key, and for none."""
    if call.state != CallState.IN_FLOW or call.node != ASKED or step != call.step:
        return current_ncco(call)
    score = SCORES.get(digits)
    if score:
        SurveyAnswer.objects.filter(call=call).update(score=score, answered_at=now)
    journal.record(
        call,
        "survey_answered",
        at=now,
        reason="" if score else "no_score",
        data={"score": score},
        node=THANKED,
    )
    return current_ncco(call)


def current_ncco(call: Call) -> Ncco:
    """What the leg of a customer in the survey should run; changes nothing."""
    if call.state == CallState.IN_FLOW and call.node == ASKED and call.queue:
        return _question(call, call.queue.survey_question)
    return ncco.speak([THANKS], language=LANGUAGE)


def _question(call: Call, question: str) -> Ncco:
    return ncco.ask(
        [],
        prompt=question,
        timeout=KEY_SECONDS,
        url=outbox.url(f"/webhooks/input/{call.key}/{call.step}"),
        language=LANGUAGE,
    )
