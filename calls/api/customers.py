"""The REST API for customers: what agents know of them, and looking for them."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents import selectors as agents
from agents.errors import NotAnAgent
from calls import selectors
from calls.api.people import user_of
from calls.services import customers
from contactcenter.api import ErrorOutput
from contactcenter.storable import line_of

LONGEST = 100


class CustomerNumberOutput(serializers.Serializer):
    number = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        # `label` as a class attribute would hide Field.label.
        return super().get_fields() | {"label": serializers.CharField(allow_null=True)}


class CustomerOutput(serializers.Serializer):
    id = serializers.IntegerField()
    key = serializers.CharField(help_text="Stays theirs, also when they are merged or erased.")
    name = serializers.CharField()
    company = serializers.CharField()
    email = serializers.CharField()
    note = serializers.CharField()
    external_id = serializers.CharField(help_text="Their number in your own system.")
    numbers = CustomerNumberOutput(many=True)


class CustomerInput(serializers.Serializer):
    """What is left out stays as it was."""

    name = serializers.CharField(max_length=120, allow_blank=True, required=False)
    company = serializers.CharField(max_length=120, allow_blank=True, required=False)
    email = serializers.EmailField(max_length=254, allow_blank=True, required=False)
    note = serializers.CharField(max_length=5000, allow_blank=True, required=False)


class SavedOutput(serializers.Serializer):
    customer = CustomerOutput(allow_null=True)


class CustomersOutput(serializers.Serializer):
    customers = CustomerOutput(many=True)


class CustomerOfCall(APIView):
    """The customer of a call that I take part in, or took part in."""

    @extend_schema(
        request=CustomerInput,
        responses={200: SavedOutput, **dict.fromkeys((400, 403, 404), ErrorOutput)},
    )
    def put(self, request: Request, call_id: int) -> Response:
        """Keep who they are; somebody new is made of the first thing that is said of them."""
        agent = agents.agent_of(user_id=request.user.pk)
        told = CustomerInput(data=request.data)
        told.is_valid(raise_exception=True)
        saved = customers.save(
            call_id=call_id,
            agent_id=agent.id,
            actor=agent.user.get_username(),
            facts=told.validated_data,
            now=timezone.now(),
        )
        found = selectors.customer_named(saved) if saved else None
        return Response(SavedOutput({"customer": found}).data)


class Customers(APIView):
    """Customers by name, company, number or key; at most 20."""

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "q", str, description="How a name or number begins; two characters or more."
            )
        ],
        responses={200: CustomersOutput, 400: ErrorOutput, 403: ErrorOutput},
    )
    def get(self, request: Request) -> Response:
        try:
            agents.agent_of(user_id=request.user.pk)
        except NotAnAgent:
            agents.check_supervisor(user_of(request))
        words = line_of(request.query_params.get("q", "").strip(), longest=LONGEST)
        if words is None:
            raise ValidationError({"q": [f"At most {LONGEST} printable characters."]})
        return Response(CustomersOutput({"customers": selectors.customers_like(words)}).data)
