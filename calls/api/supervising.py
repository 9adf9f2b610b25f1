"""The REST API for what supervisors do on the floor, with callers who wait and with agents."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents import selectors as agents
from calls import selectors
from calls.api.agents import AGENT_STATES, StateInput
from calls.api.people import actor_of, user_of
from calls.services import floor_acts
from contactcenter.api import ErrorOutput

REFUSALS = dict.fromkeys((400, 403, 404, 409), ErrorOutput)


class MoveInput(serializers.Serializer):
    queue = serializers.CharField(max_length=60, help_text="Its name.")


class PriorityInput(serializers.Serializer):
    priority = serializers.IntegerField(
        min_value=-floor_acts.HIGHEST_PRIORITY, max_value=floor_acts.HIGHEST_PRIORITY
    )


class AgentStateOutput(serializers.Serializer):
    state = serializers.ChoiceField(AGENT_STATES)
    next_state = serializers.CharField(
        allow_null=True, help_text="What follows the call or wrap-up that holds the agent."
    )


class Move(APIView):
    """Let a caller wait in another queue, at its end; whoever is rung for them is let go."""

    @extend_schema(request=MoveInput, responses={204: None} | REFUSALS)
    def post(self, request: Request, call_id: int) -> Response:
        user = user_of(request)
        agents.check_supervisor(user)
        wanted = MoveInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        floor_acts.move(
            call_id=selectors.led_call_of(user, call_id=call_id).id,
            queue_id=selectors.queue_named(wanted.validated_data["queue"]).id,
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(status=204)


class Priority(APIView):
    """Set how soon a waiting caller's turn comes; each point counts like a minute of waiting."""

    @extend_schema(request=PriorityInput, responses={204: None} | REFUSALS)
    def post(self, request: Request, call_id: int) -> Response:
        user = user_of(request)
        agents.check_supervisor(user)
        wanted = PriorityInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        floor_acts.set_priority(
            call_id=selectors.led_call_of(user, call_id=call_id).id,
            priority=wanted.validated_data["priority"],
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(status=204)


class AgentStateOf(APIView):
    """Set an agent's state: now, or after the call or wrap-up that holds them. They see by whom."""

    @extend_schema(request=StateInput, responses={200: AgentStateOutput} | REFUSALS)
    def put(self, request: Request, username: str) -> Response:
        user = user_of(request)
        agents.check_supervisor(user)
        wanted = StateInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        agent = agents.supervised_agent(user, username=username)
        state = wanted.validated_data["state"]
        is_now = floor_acts.set_agent_state(
            agent_id=agent.id,
            state=state,
            reason=wanted.validated_data["reason"] or "",
            actor=actor_of(request),
            now=timezone.now(),
        )
        running = agents.state_now(agent_id=agent.id)
        found = {"state": running and running.state, "next_state": None if is_now else state}
        return Response(AgentStateOutput(found).data)


class EndWrapUp(APIView):
    """Free an agent from the work after a call."""

    @extend_schema(request=None, responses={204: None} | REFUSALS)
    def post(self, request: Request, username: str) -> Response:
        user = user_of(request)
        agents.check_supervisor(user)
        agent = agents.supervised_agent(user, username=username)
        floor_acts.end_wrap_up(agent_id=agent.id, actor=actor_of(request), now=timezone.now())
        return Response(status=204)
