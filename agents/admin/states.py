"""The log of what agents did when, and the reasons they choose from."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from agents.admin.display import NOTHING, ReadOnlyAdmin, between, moment, person, state_badge
from agents.models import AgentState, StateReason
from agents.selectors import team_ids_of
from contactcenter.durations import length


@admin.register(AgentState)
class AgentStateAdmin(ReadOnlyAdmin):
    list_display = ("agent", "shown_state", "reason_word", "by", "started", "ended", "lasted")
    list_display_links = None
    list_filter = ("state", ("agent", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("agent__user",)
    search_fields = ("agent__user__username", "agent__user__first_name", "agent__user__last_name")
    date_hierarchy = "started_at"
    ordering = ("-started_at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AgentState]:
        states = labelled(super().get_queryset(request))
        if person(request).is_superuser:
            return states
        return states.filter(agent__team__in=team_ids_of(person(request)))

    @admin.display(description="state", ordering="state")
    def shown_state(self, state: AgentState) -> SafeString:
        return state_badge(state.state, state.get_state_display())

    @admin.display(description="reason")
    def reason_word(self, state: AgentState) -> str:
        return reason_of(state)

    @admin.display(description="set by", ordering="actor")
    def by(self, state: AgentState) -> str:
        return state.actor or "the rules"

    @admin.display(description="from", ordering="started_at")
    def started(self, state: AgentState) -> str:
        return moment(state.started_at)

    @admin.display(description="until", ordering="ended_at")
    def ended(self, state: AgentState) -> str:
        return moment(state.ended_at) if state.ended_at else "now"

    @admin.display(description="duration")
    def lasted(self, state: AgentState) -> str:
        return between(state.started_at, state.ended_at or timezone.now())


@admin.register(StateReason)
class StateReasonAdmin(admin.ModelAdmin):
    list_display = ("label", "code", "limit", "is_productive", "position", "is_system")
    list_editable = ("position",)
    list_filter = ("is_system", "is_productive")
    fields = ("label", "code", "max_seconds", "is_productive", "position", "is_system")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # Intervals and API clients know the reason by its code.
        return ("code", "is_system") if obj else ()

    @admin.display(description="time limit", ordering="max_seconds")
    def limit(self, reason: StateReason) -> str:
        return length(reason.max_seconds) if reason.max_seconds else NOTHING


def labelled(states: QuerySet[AgentState]) -> QuerySet[AgentState]:
    """With `reason_label`, the words for each interval's reason."""
    words = StateReason.objects.filter(code=OuterRef("reason")).values("label")
    return states.annotate(reason_label=Subquery(words[:1]))


def reason_of(state: Any) -> str:
    return state.reason_label or state.reason or NOTHING
