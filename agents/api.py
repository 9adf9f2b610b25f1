from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents import selectors, tokens


class TokenOutput(serializers.Serializer):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    user = serializers.CharField()
    application_id = serializers.CharField()
    api_url = serializers.URLField()
    websocket_url = serializers.URLField()
    websocket_path = serializers.CharField()


class MyToken(APIView):
    """A token for the client SDK: for the own platform user only, an hour at most."""

    @extend_schema(request=None, responses=TokenOutput)
    def post(self, request: Request) -> Response:
        agent = selectors.agent_of(user_id=request.user.pk)
        token = tokens.mint(vonage_user=agent.vonage_user, now=timezone.now())
        return Response(TokenOutput(token).data)
