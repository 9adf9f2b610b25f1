"""The REST API for queues."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from calls import selectors
from calls.api.people import user_of
from contactcenter.api import ErrorOutput, Pages


class QueueOutput(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    waiting = serializers.IntegerField()
    longest_wait_s = serializers.IntegerField()
    agents_available = serializers.IntegerField()
    oldest_at = serializers.DateTimeField(allow_null=True)
    voicemails = serializers.IntegerField(help_text="Messages that nobody looks after yet.")
    voicemails_claimed = serializers.IntegerField()
    callbacks = serializers.IntegerField(help_text="That are still to be made.")
    callbacks_calling = serializers.IntegerField(help_text="Of them, those being made now.")


class Queues(APIView):
    """The queues I serve or supervise, with who waits."""

    pagination_class = Pages

    @extend_schema(
        responses={200: QueueOutput(many=True), 403: ErrorOutput, 404: ErrorOutput},
    )
    def get(self, request: Request) -> Response:
        pages = self.pagination_class()
        queues = selectors.queues_of(user_of(request)).order_by("name")
        page = pages.paginate_queryset(queues, request, view=self)
        ids = [queue.id for queue in page or []]
        rows = selectors.queue_rows(queues.filter(id__in=ids), now=timezone.now())
        return pages.get_paginated_response(QueueOutput(rows, many=True).data)
