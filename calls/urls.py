from django.urls import path, register_converter
from django.urls.converters import StringConverter

from calls import api


class UsernameConverter(StringConverter):
    """No control characters: nobody has one in their name, and PostgreSQL fails at a NUL."""

    regex = r"[^/\x00-\x1f\x7f]+"


register_converter(UsernameConverter, "username")

urlpatterns = [
    path("agents/me", api.Me.as_view(), name="me"),
    path("agents/me/state", api.MyState.as_view(), name="my-state"),
    path("agents/me/next-state", api.MyNextState.as_view(), name="my-next-state"),
    path("agents/me/day", api.MyDay.as_view(), name="my-day"),
    path("agents/<username:username>/state", api.AgentStateOf.as_view(), name="agent-state"),
    path(
        "agents/<username:username>/end_wrap_up", api.EndWrapUp.as_view(), name="agent-end-wrap-up"
    ),
    path("floor", api.FloorNow.as_view(), name="floor-now"),
    path("queues", api.Queues.as_view(), name="queues"),
    path("calls", api.Calls.as_view(), name="calls"),
    path("calls/<int:call_id>", api.OneCall.as_view(), name="call"),
    path("calls/<int:call_id>/card", api.Card.as_view(), name="call-card"),
    path("calls/<int:call_id>/customer", api.CustomerOfCall.as_view(), name="call-customer"),
    path("customers", api.Customers.as_view(), name="customers"),
    path("calls/<int:call_id>/connect", api.Connect.as_view(), name="call-connect"),
    *(
        path(f"calls/<int:call_id>/{kind}", door.as_view(), name=f"call-{kind}")
        for kind, door in api.DOORS.items()
    ),
    path("calls/<int:call_id>/move", api.Move.as_view(), name="call-move"),
    path("calls/<int:call_id>/priority", api.Priority.as_view(), name="call-priority"),
    path("commands/<slug:key>", api.OneCommand.as_view(), name="command"),
    path("targets", api.Targets.as_view(), name="targets"),
    path("dial", api.Dial.as_view(), name="dial"),
    path("todo", api.Todo.as_view(), name="todo"),
    path(
        "voicemails/<int:voicemail_id>/audio", api.VoicemailAudio.as_view(), name="voicemail-audio"
    ),
    path(
        "voicemails/<int:voicemail_id>/claim", api.ClaimVoicemail.as_view(), name="voicemail-claim"
    ),
    path(
        "voicemails/<int:voicemail_id>/release",
        api.ReleaseVoicemail.as_view(),
        name="voicemail-release",
    ),
    path(
        "voicemails/<int:voicemail_id>/done", api.FinishVoicemail.as_view(), name="voicemail-done"
    ),
]
