"""The page a log-in leads to."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agents.errors import NotAnAgent
from agents.selectors import agent_of
from calls import selectors


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Who I am, and where I may go."""
    try:
        agent = selectors.me(agent_id=agent_of(user_id=request.user.pk).id)
    except NotAnAgent:
        agent = None
    return render(request, "home.html", {"agent": agent})
