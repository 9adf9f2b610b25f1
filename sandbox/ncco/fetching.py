"""Asks the customer's server for an NCCO: retry, error event and fallback as Vonage has them."""

from __future__ import annotations

import json
import logging
from typing import Any

from sandbox.account.store import Account
from sandbox.legs.events import SYNTAX_ERROR, fallback_body
from sandbox.legs.leg import Leg
from sandbox.legs.reports import Reports
from sandbox.ncco.validation import Action, InvalidNcco, check_ncco
from sandbox.webhooks.hooks import Hook, fallback_hook
from sandbox.webhooks.sender import Delivery, Sender

logger = logging.getLogger(__name__)

INVALID = "Invalid NCCO."


class Fetching:
    """The hooks whose reply may be an NCCO."""

    def __init__(self, account: Account, sender: Sender, reports: Reports) -> None:
        self.account = account
        self.sender = sender
        self.reports = reports

    async def ask(
        self, leg: Leg, hook: Hook, body: dict[str, Any], kind: str
    ) -> list[Action] | None:
        """The NCCO that `hook`, or else the fallback, answers; None if there is none to run.

        `kind` names the webhook in the journal: answer, transfer, input, notify.
        """
        delivery = await self.sender.send(hook, body, kind=kind, application_id=leg.application_id)
        return await self.read(leg, hook, delivery, kind)

    async def read(
        self, leg: Leg, hook: Hook, delivery: Delivery, kind: str
    ) -> list[Action] | None:
        """What a delivery means: its NCCO, or that of the fallback."""
        needed = kind in {"answer", "transfer"}
        reason = delivery.reason
        if not reason:
            try:
                return _parsed(delivery, needed)
            except InvalidNcco as error:
                logger.warning("Leg %s was answered an invalid NCCO: %s", leg.uuid, error)
                self.reports.error(leg, SYNTAX_ERROR)
                reason = INVALID
        return await self._fall_back(leg, hook, reason, "answer" if needed else "event")

    async def _fall_back(self, leg: Leg, hook: Hook, reason: str, word: str) -> list[Action] | None:
        application = self.account.applications.get(leg.application_id)
        fallback = fallback_hook(application) if application else None
        if fallback is None:
            return None
        body = fallback_body(leg, reason, hook.url, word)
        delivery = await self.sender.send(
            fallback, body, kind="fallback", application_id=leg.application_id
        )
        if delivery.reason:
            return None
        try:
            return _parsed(delivery, True)
        except InvalidNcco as error:
            logger.warning("Leg %s: the fallback's NCCO is invalid: %s", leg.uuid, error)
            self.reports.error(leg, SYNTAX_ERROR)
            return None


def _parsed(delivery: Delivery, needed: bool) -> list[Action] | None:
    """The reply's NCCO; nothing at all means "go on", where that is possible."""
    if not delivery.content.strip():
        if needed:
            raise InvalidNcco("The reply is empty.")
        return None
    if not delivery.content_type.endswith("json"):
        raise InvalidNcco("The reply's content type is not JSON.")
    try:
        value = json.loads(delivery.content)
    except ValueError:
        raise InvalidNcco("The reply is not JSON.") from None
    return check_ncco(value)
