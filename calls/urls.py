from django.urls import path

from calls import api

urlpatterns = [
    path("agents/me", api.Me.as_view(), name="me"),
    path("agents/me/state", api.MyState.as_view(), name="my-state"),
    path("agents/me/day", api.MyDay.as_view(), name="my-day"),
    path("queues", api.Queues.as_view(), name="queues"),
    path("calls", api.Calls.as_view(), name="calls"),
    path("calls/<int:call_id>", api.OneCall.as_view(), name="call"),
    path("calls/<int:call_id>/card", api.Card.as_view(), name="call-card"),
]
