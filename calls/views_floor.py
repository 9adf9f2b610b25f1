"""The pages of the floor: a supervisor's board, and the one for a wall."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

from agents.errors import NotASupervisor
from agents.selectors import break_reasons
from calls.errors import NoSuchWall
from calls.selectors import board
from calls.services import walls
from calls.views import SDK, sdk_facts


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    """The board of the user's teams."""
    try:
        viewer = board.viewer(request.user)  # type: ignore[arg-type]
    except NotASupervisor:
        messages.info(request, "The floor is for supervisors, and your log-in looks after no team.")
        return redirect("home")
    config = _config() | {"agent_id": viewer.agent_id, "name": viewer.name}
    return render(request, "floor.html", {"config": config})


def wall(request: HttpRequest, token: str) -> HttpResponse:
    """The floor for a screen where nobody is logged in; whoever has the link may look."""
    try:
        link = walls.find(token, now=timezone.now())
    except NoSuchWall as gone:
        raise Http404(gone.message) from gone
    page = {"wall": token, "wall_name": board.walls({link.id})[link.id].name}
    response = render(request, "floor.html", page | {"config": _config() | {"wall": token}})
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _config() -> dict[str, Any]:
    """What the page's modules need to know from the start."""
    return {
        "reasons": break_reasons(),
        "urls": {
            "floor": reverse("floor-now"),
            "token": reverse("my-token"),
            "login": reverse("login"),
            "sdk": static(SDK),
        },
        "sdk": sdk_facts(),
    }
