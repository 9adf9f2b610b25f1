"""The page of one call, for the supervisors of its agents and queues, and for its agents."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from agents.models import User
from calls import selectors
from calls.admin.journey import journey_of
from calls.errors import NoSuchCall
from calls.models import Offer


@login_required
def call_page(request: HttpRequest, call_id: int) -> HttpResponse:
    """What happened in the call, and to supervisors also what Vonage and we told each other.

    Agents are told of those who listened as their team says.
    """
    user = cast(User, request.user)
    try:
        call = selectors.call_of(user, call_id=call_id)
    except NoSuchCall as gone:
        raise Http404(gone.message) from gone
    leads = selectors.is_led_by(user, call_id=call_id)
    offers = list(
        Offer.objects.filter(call=call).select_related("agent__user", "entry__queue", "call__queue")
    )
    page = {
        "call": call,
        "leads": leads,
        "journey": journey_of(call, now=timezone.now(), tells_all=leads),
        "steps": selectors.steps_of(call, offers, agent_id=0, tells_all=leads),
    }
    response = render(request, "call.html", page)
    response.headers["Cache-Control"] = "no-store"
    return response
