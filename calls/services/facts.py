"""Every webhook passes here: stored raw, interpreted once, answered; all in one transaction."""

import hashlib
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q

from calls.models import Call, Leg, VonageEvent
from calls.services import flows, journal, legs, outbound, supervising, voicemails
from calls.services.journal import ConcurrentChange
from calls.services.news import anonymous, digits_of, news_of, uuid_of
from calls.states import LegState
from contactcenter.prepared import Prepared, given
from contactcenter.vonage import hosts, numbers
from ivr.ncco import Ncco

logger = logging.getLogger(__name__)
# Nearly every webhook is new, so it is looked for before all else.
KNOWN = Prepared(
    lambda: VonageEvent.objects.filter(
        Q(digest=given("digest")) | (Q(jti=given("jti")) & ~Q(jti=""))
    )
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook that is truly from Vonage."""

    kind: str  # answer, event, input, notify, record, fallback, rtc
    path: str
    raw: bytes
    payload: Mapping[str, Any]
    key: str = ""  # our key in the path: a leg's, a call's, or a message's
    step: int = 0
    jti: str = ""
    payload_hash: str = ""

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.path.encode() + b"\n" + self.raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    ncco: Ncco | None = None  # None: no body


class Replayed(Exception):
    """A signature that was used before, for another body."""


def take(webhook: Webhook, *, now: datetime) -> Reply:
    """Store the webhook and do what it asks. The same one again gets the stored reply.

    Somebody else may take the same webhook, or change the same call, at the same moment: then it
    is taken once more, on what they left. When interpreting it fails the fault is ours: the fact
    is kept, the change is not.
    """
    try:
        try:
            return _take(webhook, now=now)
        except (IntegrityError, ConcurrentChange):
            return _take(webhook, now=now)
    except (Replayed, OperationalError):
        raise
    except Exception as error:
        logger.exception("webhook not understood")
        _keep_failed(webhook, error=type(error).__name__, now=now)
        return Reply(500)


@transaction.atomic(durable=True)
def _take(webhook: Webhook, *, now: datetime) -> Reply:
    if connection.vendor == "postgresql" and (uuid := uuid_of(webhook.payload)):
        # An event and the answer webhook that shall adopt it must not pass each other unseen.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [uuid])
    failed = None
    for stored in KNOWN.objects(VonageEvent, digest=webhook.digest, jti=webhook.jti):
        if stored.digest == webhook.digest and not stored.error:
            return Reply(stored.reply_status, stored.reply)
        if (stored.payload_hash, stored.path) != (webhook.payload_hash, webhook.path):
            raise Replayed(webhook.jti)
        failed = stored if stored.digest == webhook.digest else failed
    reply = INTERPRETERS[webhook.kind](webhook, now)
    row = failed or _row(webhook, now=now)
    row.reply_status, row.reply, row.error = reply.status, reply.ncco, ""
    row.save()
    return reply


def _row(webhook: Webhook, *, now: datetime) -> VonageEvent:
    return VonageEvent(
        digest=webhook.digest,
        received_at=now,
        path=webhook.path,
        kind=webhook.kind,
        uuid=uuid_of(webhook.payload),
        jti=webhook.jti,
        payload_hash=webhook.payload_hash,
        body=anonymous(webhook.payload) if webhook.kind == "rtc" else webhook.payload,
    )


@transaction.atomic(durable=True)
def _keep_failed(webhook: Webhook, *, error: str, now: datetime) -> None:
    """The fact alone; the same webhook again is interpreted again."""
    if not VonageEvent.objects.filter(digest=webhook.digest).exists():
        row = _row(webhook, now=now)
        row.reply_status, row.error = 500, error
        row.save()


def _answer(webhook: Webhook, now: datetime) -> Reply:
    uuid = uuid_of(webhook.payload)
    if webhook.key:
        return Reply(200, _dialled_answer(webhook, uuid, now))
    known = journal.locked(legs__uuid=uuid)
    if known:
        return Reply(200, _again(known, uuid, now))
    if outbound.has_key(webhook.payload):
        return Reply(200, _begun_answer(webhook, uuid, now))
    call, leg, reply = flows.begin(
        uuid=uuid,
        from_number=numbers.normal(webhook.payload.get("from")),
        to_number=numbers.normal(webhook.payload.get("to")),
        region_url=_region(webhook),
        now=now,
    )
    _adopt(leg, uuid, call=call, now=now)
    return Reply(200, reply)


def _adopt(leg: Leg, uuid: str, *, call: Call, now: datetime) -> None:
    """The events of a leg that came before we knew whose it is."""
    for earlier in VonageEvent.objects.filter(uuid=uuid, kind="event").order_by("id"):
        leg.refresh_from_db()
        legs.tell(leg, news_of(earlier.body, now=now), call=call, now=now)


def _again(call: Call, uuid: str, now: datetime) -> Ncco:
    """Vonage asks once more about a leg we know: what it should run as things stand."""
    leg = call.legs.get(uuid=uuid)
    if leg.key != call.key:
        return flows.leg_answers(leg, call=call, now=now)
    # Where only a callback goes on, their first leg has nothing more to do.
    return [] if leg.state == LegState.ENDED else flows.current_ncco(call)


def _dialled_answer(webhook: Webhook, uuid: str, now: datetime) -> Ncco:
    """A leg that we dialled has been answered; our key says which."""
    call = journal.locked(legs__key=webhook.key)
    leg = Leg.objects.filter(key=webhook.key).select_related("offer").first()
    if call is None or leg is None:
        return []
    _know(leg, uuid, region_url=_region(webhook), now=now)
    reply = flows.leg_answers(leg, call=call, now=now)
    supervising.agents_changed(call, now=now)
    return reply


def _begun_answer(webhook: Webhook, uuid: str, now: datetime) -> Ncco:
    """A leg that an agent's console has begun, as we had told it to."""
    planned = outbound.begun_by(webhook.payload, uuid)
    call = journal.locked(id=planned.call_id) if planned else None
    # Once more, now that nobody else can begin it.
    leg = outbound.begun_by(webhook.payload, uuid)
    if call is None or leg is None:
        return outbound.refuse()
    _know(leg, uuid, region_url=_region(webhook), now=now)
    reply = flows.leg_answers(leg, call=call, now=now)
    _adopt(leg, uuid, call=call, now=now)
    return reply


def _know(leg: Leg, uuid: str, *, now: datetime, region_url: str = "") -> None:
    """Vonage has told us its name of a leg that we planned."""
    leg.uuid = leg.uuid or uuid
    leg.region_url = region_url or leg.region_url
    leg.news_at = now
    leg.save(update_fields=["uuid", "region_url", "news_at"])


def _region(webhook: Webhook) -> str:
    """Where this leg's requests go; only to Vonage, for our token goes with them."""
    url = webhook.payload.get("region_url")
    if not isinstance(url, str) or len(url) > 200:
        return ""
    return url.rstrip("/") if hosts.is_allowed(url, settings.VONAGE_API_URL) else ""


def _event(webhook: Webhook, now: datetime) -> Reply:
    uuid = uuid_of(webhook.payload)
    status = webhook.payload.get("status")
    if not uuid or status is None:
        return Reply(204)
    known_by = {"key": webhook.key} if webhook.key else {"uuid": uuid}
    call = journal.locked(**{f"legs__{name}": value for name, value in known_by.items()})
    leg = Leg.objects.filter(**known_by).first()
    if call is None or leg is None:
        return Reply(204)  # It is kept, and waits for its answer webhook.
    if not leg.uuid:
        _know(leg, uuid, now=now)
    if status == "machine":
        sub_state = webhook.payload.get("sub_state")
        outbound.hears_machine(leg, sub_state=sub_state, call=call, now=now)
    legs.tell(leg, news_of(webhook.payload, now=now), call=call, now=now)
    return Reply(204)


def _input(webhook: Webhook, now: datetime) -> Reply:
    call = journal.locked(key=webhook.key)
    if call is None:
        return Reply(204)
    digits = digits_of(webhook.payload)
    return Reply(200, flows.pressed(call, step=webhook.step, digits=digits, now=now))


def _notify(webhook: Webhook, now: datetime) -> Reply:
    call = journal.locked(key=webhook.key)
    if call is None:
        return Reply(204)
    return Reply(200, flows.notified(call, step=webhook.step, now=now))


def _record(webhook: Webhook, now: datetime) -> Reply:
    voicemails.recorded(webhook.key, webhook.payload, now=now)
    return Reply(204)


def _fallback(webhook: Webhook, now: datetime) -> Reply:
    """Our first answer did not reach Vonage; the leg's uuid says whose turn it is."""
    known = journal.locked(legs__uuid=uuid_of(webhook.payload))
    begins = webhook.payload.get("to") or outbound.has_key(webhook.payload)
    if known is None and not begins:
        return Reply(204)
    if known is None:
        webhook = replace(webhook, key=_key_of_failed(webhook))
    return _answer(webhook, now)


def _key_of_failed(webhook: Webhook) -> str:
    """The key in the address that Vonage asked in vain: of a leg whose uuid we do not know yet."""
    failed = webhook.payload.get("original_request")
    url = failed.get("url") if isinstance(failed, Mapping) else None
    found = (
        re.fullmatch(r".*/webhooks/answer/([0-9a-f]{16,40})", url) if isinstance(url, str) else None
    )
    return found[1] if found else ""


def _kept(webhook: Webhook, now: datetime) -> Reply:
    return Reply(204)


INTERPRETERS: dict[str, Callable[[Webhook, datetime], Reply]] = {
    "answer": _answer,
    "event": _event,
    "input": _input,
    "notify": _notify,
    "record": _record,
    "fallback": _fallback,
    "rtc": _kept,
}
