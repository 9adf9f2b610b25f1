"""Agents, what they do now and what they did before."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from agents.admin.display import (
    NOTHING,
    ReadOnlyAdmin,
    between,
    moment,
    person,
    state_badge,
)
from agents.models import STATES, Agent, AgentState, StateReason, Team
from agents.selectors import team_ids_of
from agents.states import State


class StateNow(admin.SimpleListFilter):
    """Agents by what they do at this moment; who never did anything is offline."""

    title = "state now"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return STATES

    def queryset(self, request: HttpRequest, queryset: QuerySet[Agent]) -> QuerySet[Agent]:
        running = AgentState.objects.filter(ended_at=None)
        if self.value() == State.OFFLINE:
            logged_in = running.exclude(state=State.OFFLINE)
            return queryset.exclude(id__in=logged_in.values("agent"))
        if self.value():
            return queryset.filter(id__in=running.filter(state=self.value()).values("agent"))
        return queryset


@admin.register(Agent)
class AgentAdmin(admin.ModelAdmin):
    list_display = ("name", "team", "state_now", "reason", "since", "serves", "vonage_user")
    list_filter = (
        StateNow,
        ("team", admin.RelatedOnlyFieldListFilter),
        ("queues", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("user", "team")
    search_fields = ("user__username", "user__first_name", "user__last_name", "vonage_user")
    readonly_fields = (*("state_now", "reason", "since", "serves", "log", "router"),)
    fieldsets = (
        (None, {"fields": ("user", "vonage_user", "team")}),
        ("Now", {"fields": ("state_now", "reason", "since", "serves", "log", "router")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agent]:
        running = labelled(AgentState.objects.filter(ended_at=None))
        agents = (
            super()
            .get_queryset(request)
            .prefetch_related("queues", Prefetch("states", running, to_attr="running"))
        )
        return agents if person(request).is_superuser else agents.filter(team__in=_teams(request))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.fieldsets[:1]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if person(request).is_superuser:
            return self.readonly_fields
        return ("user", "vonage_user", *self.readonly_fields)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        """A supervisor moves agents between their own teams, never out of sight."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and db_field.name == "team" and not person(request).is_superuser:
            field.queryset = Team.objects.filter(id__in=_teams(request))
            field.required = True
        return field

    def save_model(self, request: HttpRequest, obj: Agent, form: Any, change: bool) -> None:
        # The router writes the agent's other columns at the same time.
        obj.save(update_fields=list(form.cleaned_data) if change else None)

    @admin.display(description="agent", ordering="user__username")
    def name(self, agent: Agent) -> str:
        return str(agent)

    @admin.display(description="state now")
    def state_now(self, agent: Any) -> SafeString:
        running = agent.running[0] if agent.running else None
        if running is None:
            return state_badge(State.OFFLINE, "Offline")
        return state_badge(running.state, running.get_state_display())

    @admin.display(description="reason")
    def reason(self, agent: Any) -> str:
        return reason_of(agent.running[0]) if agent.running else NOTHING

    @admin.display(description="since")
    def since(self, agent: Any) -> str:
        return moment(agent.running[0].started_at if agent.running else None)

    @admin.display(description="queues")
    def serves(self, agent: Agent) -> str:
        return ", ".join(queue.name for queue in agent.queues.all()) or NOTHING

    @admin.display(description="for the router")
    def router(self, agent: Agent) -> SafeString:
        """What is held against this agent, or for them, when the next call comes."""
        chosen = agent.choice + (f" ({agent.choice_reason})" if agent.choice_reason else "")
        facts = (
            ("own choice", f"{chosen}, by {agent.choice_actor or 'the rules'}"),
            ("idle since", moment(agent.idle_since)),
            ("wrap-up until", moment(agent.wrap_up_until)),
            ("no offers until", moment(agent.no_offer_until)),
            ("failed in a row", agent.failures_in_a_row),
            ("console heard until", moment(agent.console_until)),
        )
        rows = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", facts)
        return format_html('<dl class="kv">{}</dl>', rows)

    @admin.display(description="earlier states")
    def log(self, agent: Agent) -> SafeString:
        url = reverse("admin:agents_agentstate_changelist")
        return format_html('<a href="{}?agent__id__exact={}">All intervals</a>', url, agent.pk)


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
        return states.filter(agent__team__in=_teams(request))

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
    list_display = ("label", "code", "position", "is_system")
    list_editable = ("position",)
    list_filter = ("is_system",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # Intervals and API clients know the reason by its code.
        return ("code", "is_system") if obj else ()


def labelled(states: QuerySet[AgentState]) -> QuerySet[AgentState]:
    """With `reason_label`, the words for each interval's reason."""
    words = StateReason.objects.filter(code=OuterRef("reason")).values("label")
    return states.annotate(reason_label=Subquery(words[:1]))


def reason_of(state: Any) -> str:
    return state.reason_label or state.reason or NOTHING


def _teams(request: HttpRequest) -> list[int]:
    return team_ids_of(person(request))
