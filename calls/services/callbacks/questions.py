"""Whether, and at which number, a caller shall be called back: asked outside the room."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from calls.broadcast import announce
from calls.models import Call, Callback, CallEvent, QueueEntry
from calls.services import journal, outbox
from calls.services.callbacks.ending import kept_until
from calls.states import CallState
from contactcenter.vonage import numbers
from ivr import ncco
from ivr.models import Number
from ivr.ncco import Ncco

CONFIRM, NUMBER = "@callback/confirm", "@callback/number"
ASKED = 3  # times at most, each question
KEY_SECONDS = 5  # for one key
NUMBER_SECONDS = 8  # between two keys of a number
GOODBYE = timedelta(seconds=60)  # they are not called while we still take our leave
LANGUAGE = "en-GB"

READ_BACK = (
    "We will call you back at {number}, and you keep your place. "
    "To confirm, press 1. For another number, press 2."
)
TYPE_IT = (
    "Please key in the telephone number at which we can call you, then press hash. "
    "Begin with 0, or with 0 0 and the country code."
)
WITHHELD = "We cannot see your number."
UNUSABLE = "We cannot call you back at the number you are calling from."
WRONG = "Sorry, this is not a number that we can call."
ABROAD = "Sorry, we do not call this country."
OUR_OWN = "Sorry, that is one of our own numbers."
NOT_UNDERSTOOD = "Sorry, we did not understand."
FAREWELL = (
    "Thank you. You keep your place, and we will call you back at {number}. "
    "You can hang up now. Goodbye."
)


def ask(call: Call, entry: QueueEntry, *, words: Sequence[str], now: datetime) -> Ncco:
    """Say `words`, then offer to call back at the caller's number, which they may change."""
    QueueEntry.objects.filter(id=entry.id, paused_at=None).update(paused_at=now)
    own = call.customer_number
    if own and not _objection(own):
        return _question(call, CONFIRM, number=own, words=words, now=now)
    why = UNUSABLE if own else WITHHELD
    return _question(call, NUMBER, number="", words=(*words, why), now=now)


def pressed(call: Call, entry: QueueEntry, *, digits: str, now: datetime) -> Ncco | None:
    """What follows the answer to one of these questions; None: they do not want a callback."""
    if call.node == NUMBER:
        return _typed(call, digits, now=now)
    number = _number(call)
    if digits == "1":
        return _confirmed(call, entry, number, now=now)
    if digits == "2":
        return _question(call, NUMBER, number=number, now=now)
    return _again(call, NOT_UNDERSTOOD if digits else "", now=now)


def current_ncco(call: Call) -> Ncco:
    """The question at which the caller is, or the goodbye; changes nothing."""
    number = _number(call)
    if call.state == CallState.AWAITING_CALLBACK:
        return _goodbye(number)
    return _ncco(call, number, words=())


def _typed(call: Call, digits: str, *, now: datetime) -> Ncco | None:
    if not digits.strip("#"):
        return _again(call, "", now=now)
    number = numbers.typed(digits.removesuffix("#"), called=call.our_number)
    if objection := _objection(number) or _too_far(number):
        return _again(call, objection, now=now)
    return _question(call, CONFIRM, number=number, now=now)


def _too_far(number: str) -> str:
    """Why we do not call a number that anybody could have typed; "" where we do."""
    ours = settings.CALLBACK_COUNTRIES or [
        numbers.country_code(one) for one in Number.objects.values_list("number", flat=True)
    ]
    return "" if numbers.country_code(number) in ours else ABROAD


def _objection(number: str) -> str:
    """Why we do not call this number; "" where we do."""
    if len(numbers.normal(number)) < numbers.SHORTEST_ABROAD:
        return WRONG
    return OUR_OWN if Number.objects.filter(number=number).exists() else ""


def _again(call: Call, why: str, *, now: datetime) -> Ncco | None:
    """The same question once more; None when it was asked often enough."""
    if call.attempt >= ASKED:
        return None
    words = (why,) if why else ()
    attempt = call.attempt + 1
    return _question(call, call.node, number=_number(call), words=words, attempt=attempt, now=now)


def _question(
    call: Call,
    node: str,
    *,
    number: str,
    words: Sequence[str] = (),
    attempt: int = 1,
    now: datetime,
) -> Ncco:
    journal.record(
        call,
        "callback_question",
        at=now,
        data={"number": number},
        state=CallState.IN_FLOW,
        node=node,
        step=call.step + 1,
        attempt=attempt,
    )
    return _ncco(call, number, words=words)


def _number(call: Call) -> str:
    """The number of which they were asked last."""
    asked = CallEvent.objects.filter(call=call, type="callback_question").order_by("-version")
    last = asked.first()
    return str(last.data["number"]) if last else call.customer_number


def _ncco(call: Call, number: str, *, words: Sequence[str]) -> Ncco:
    url = outbox.url(f"/webhooks/input/{call.key}/{call.step}")
    if call.node == NUMBER:
        said = (*words, TYPE_IT)
        return ncco.ask_number(said, timeout=NUMBER_SECONDS, url=url, language=LANGUAGE)
    prompt = READ_BACK.format(number=numbers.spoken(number))
    return ncco.ask(words, prompt=prompt, timeout=KEY_SECONDS, url=url, language=LANGUAGE)


def _confirmed(call: Call, entry: QueueEntry, number: str, *, now: datetime) -> Ncco:
    """From now on they wait without a leg, at their old place."""
    _remember(call, entry, number, now=now)
    QueueEntry.objects.filter(id=entry.id).update(
        is_virtual=True,
        paused_at=None,
        retry_at=now + GOODBYE,
        give_up_at=kept_until(entry, now=now),
        announce_at=None,
        choices_at=None,
    )
    journal.record(
        call,
        "callback_asked",
        at=now,
        data={"entry": entry.id, "queue": entry.queue_id},
        state=CallState.AWAITING_CALLBACK,
    )
    announce(queues=[entry.queue_id])
    return _goodbye(number)


def _remember(call: Call, entry: QueueEntry, number: str, *, now: datetime) -> None:
    # Somebody whose agent was lost may wait again, and ask a second time.
    Callback.objects.update_or_create(
        call=call,
        defaults={
            "entry": entry,
            "number": number,
            "state": Callback.State.WAITING,
            "tries": 0,
            "asked_at": now,
            "last_result": "",
            "settled_at": None,
        },
    )


def _goodbye(number: str) -> Ncco:
    return ncco.speak([FAREWELL.format(number=numbers.spoken(number))], language=LANGUAGE)
