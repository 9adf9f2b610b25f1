"""The pages a log-in leads to: an agent's console, and for everybody else where they may go."""

import json
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LogoutView
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

from agents.errors import NotAnAgent
from agents.models import Agent
from agents.selectors import agent_of, break_reasons, leads_team
from calls.services import presence

SDK = "vendor/vonageClientSDK.min.js"


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Agents are led to their console; who leads a team, and all others, see where they may go."""
    try:
        agent_of(user_id=request.user.pk)
    except NotAnAgent:
        return render(request, "home.html")
    if leads_team(user_id=request.user.pk):
        return render(request, "home.html")
    return redirect("console")


@login_required
def console(request: HttpRequest) -> HttpResponse:
    """The page in which an agent takes calls."""
    try:
        agent = agent_of(user_id=request.user.pk)
    except NotAnAgent:
        messages.info(request, "The console is for agents, and your log-in is none.")
        return redirect("home")
    config = console_config(agent)
    reasons = [one | {"word": in_sentence(one["label"])} for one in config["reasons"]]
    page = {"config": config, "agent_name": config["name"], "reasons": reasons}
    return render(request, "console.html", page)


class LogOut(LogoutView):
    """The end of a log-in. An agent goes offline with it, or after the call that they are in."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with suppress(NotAnAgent):
            agent = agent_of(user_id=request.user.pk)
            actor = agent.user.get_username()
            presence.log_out(agent_id=agent.id, actor=actor, now=timezone.now())
        return super().post(request, *args, **kwargs)


def in_sentence(label: str) -> str:
    """ "Lunch break" is "lunch break" there; "CRM course" stays."""
    return label if any(letter.isupper() for letter in label[1:]) else label.lower()


def console_config(agent: Agent) -> dict[str, Any]:
    """What the page's modules need to know from the start."""
    return {
        "user": agent.user.get_username(),
        "agent_id": agent.id,
        "name": str(agent),
        "reasons": break_reasons(),
        "coach": agent.user.has_perm("agents.coach"),
        "urls": {
            "token": reverse("my-token"),
            "day": reverse("my-day"),
            "card": reverse("call-card", args=[0]),
            "todo": reverse("todo"),
            "calls": reverse("calls"),
            "targets": reverse("targets"),
            "dial": reverse("dial"),
            "login": reverse("login"),
            "logout": reverse("logout"),
            "sdk": static(SDK),
        },
        "sdk": sdk_facts(),
    }


def sdk_facts() -> dict[str, Any]:
    """Whether the Client SDK was fetched, and which version of it."""
    return {"present": finders.find(SDK) is not None, "version": _sdk_version()}


@cache
def _sdk_version() -> str | None:
    """The version of the Client SDK that is fetched, as package.json names it, if it is there."""
    try:
        package = json.loads(Path(settings.BASE_DIR, "package.json").read_text())
        return str(package["dependencies"]["@vonage/client-sdk"])
    except (OSError, ValueError, KeyError):
        return None
