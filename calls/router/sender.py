"""Sending one claimed instruction: the only place that speaks to Vonage."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from calls.services import sending
from calls.services.sending import Order, Report
from contactcenter.vonage.client import Vonage
from contactcenter.vonage.errors import (
    NotFound,
    RateLimited,
    Rejected,
    TooEarly,
    Unavailable,
    UnknownOutcome,
)


def send_next(
    vonage: Vonage,
    *,
    clock: Callable[[], datetime],
    fetches: bool = True,
    found: Callable[[], object] = lambda: None,
) -> bool:
    """Claim, send and settle one instruction. False when there is nothing to send now.

    Without `fetches` it is no sound of a message: that may last a minute. `found` is called once
    there is something, before it is sent.
    """
    order = sending.claim(now=clock(), fetches=fetches)
    if order is None:
        return False
    found()
    sending.settle(order, send(order, vonage), now=clock())
    return True


def send(order: Order, vonage: Vonage) -> Report:
    """Make the request. Never raises for what Vonage or the network does."""
    try:
        return _request(order, vonage)
    except NotFound as error:
        return Report("refused" if order.verb == "dial" else "gone", str(error))
    except TooEarly as error:
        return Report("early", str(error))
    except (RateLimited, Unavailable) as error:
        return Report("again", str(error))
    except UnknownOutcome as error:
        return Report("unknown", str(error))
    except (Rejected, ValueError) as error:
        return Report("refused", str(error))


def _request(order: Order, vonage: Vonage) -> Report:
    verbs: dict[str, Callable[[], Any]] = {
        "dial": lambda: vonage.create_call(order.body, region_url=order.region_url),
        "transfer": lambda: vonage.transfer(
            order.uuid, order.body["ncco"], region_url=order.region_url
        ),
        "hang_up": lambda: vonage.hang_up(order.uuid, region_url=order.region_url),
        "talk": lambda: vonage.talk(order.uuid, **order.body, region_url=order.region_url),
        "check": lambda: vonage.get_call(order.uuid, region_url=order.region_url),
        "fetch": lambda: vonage.fetch(order.body["url"]),
    }
    answer = verbs[order.verb]()
    if order.verb == "dial":
        return Report("done", uuid=answer.uuid)
    if order.verb == "fetch":
        return Report("done", content=answer)
    return Report("done", found=answer or {})
