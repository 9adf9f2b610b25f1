"""The floor by REST, for pages whose socket is away and for programs."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from calls import floor_alerts
from calls.api.people import user_of
from calls.selectors import board
from calls.selectors.board import Scopes
from contactcenter.api import ErrorOutput


class FloorOutput(serializers.Serializer):
    """As the websocket's snapshot; its version counts no frames."""

    type = serializers.CharField()
    version = serializers.IntegerField()
    now = serializers.DateTimeField()
    floor = serializers.DictField(
        help_text="me, queues, waiting, agents, calls, alerts and totals, each row whole."
    )


class FloorNow(APIView):
    """My teams' agents, their queues, who waits there and the calls that go on.

    An alert is shown here from the first moment; the websocket waits until it has held a while.
    """

    @extend_schema(responses={200: FloorOutput, 403: ErrorOutput})
    def get(self, request: Request) -> Response:
        now = timezone.now()
        viewer = board.viewer(user_of(request))
        known = board.read(now=now)
        floor = board.floor_of(known, now=now)
        view = board.view_of(Scopes(known).of_viewer(viewer), viewer.asker, floor)
        found = floor_alerts.holding(floor.queues.values(), floor.agents.values(), now=now)
        raised = floor_alerts.raised(floor_alerts.at_once(found, now=now))
        shown = board.whole(view, floor) | {
            "alerts": board.alert_rows(view, raised),
            "me": board.me(viewer, floor),
        }
        return Response({"type": "snapshot", "version": 0, "now": now, "floor": shown})
