from django.urls import path, register_converter
from django.urls.converters import IntConverter

from calls import webhooks


class KeyConverter:
    """Our keys: lower-case hexadecimal."""

    regex = "[0-9a-f]{16,40}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class StepConverter(IntConverter):
    """The number of a question, as long as ours can get."""

    regex = "[0-9]{1,9}"


register_converter(KeyConverter, "key")
register_converter(StepConverter, "step")

urlpatterns = [
    path("answer", webhooks.Answer.as_view()),
    path("answer/<key:key>", webhooks.Answer.as_view()),
    path("event", webhooks.Event.as_view()),
    path("event/<key:key>", webhooks.Event.as_view()),
    path("input/<key:key>/<step:step>", webhooks.Input.as_view()),
    path("notify/<key:key>/<step:step>", webhooks.Notify.as_view()),
    path("record/<key:key>", webhooks.Record.as_view()),
    path("fallback", webhooks.Fallback.as_view()),
    path("rtc", webhooks.Rtc.as_view()),
]
