"""Agents, what they do now and what they did before."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from agents.admin.display import NOTHING, moment, person, state_badge
from agents.admin.skills import AgentSkillInline
from agents.admin.states import labelled, reason_of
from agents.admin.using import INACTIVE_INSTEAD, uses_of_agent
from agents.models import STATES, Agent, AgentState, Team
from agents.selectors import team_ids_of
from agents.states import State
from contactcenter.deleting import KeepsWhatIsUsed


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
class AgentAdmin(KeepsWhatIsUsed):
    list_display = (
        *("name", "team", "state_now", "reason", "since", "serves", "knows", "vonage_user"),
    )
    list_filter = (
        StateNow,
        ("team", admin.RelatedOnlyFieldListFilter),
        ("queues", admin.RelatedOnlyFieldListFilter),
        ("skills__skill", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("user", "team")
    search_fields = ("user__username", "user__first_name", "user__last_name", "vonage_user")
    readonly_fields = (*("state_now", "reason", "since", "serves", "log", "router"),)
    inlines = (AgentSkillInline,)
    instead = INACTIVE_INSTEAD
    fieldsets = (
        (None, {"fields": ("user", "vonage_user", "team")}),
        ("Now", {"fields": ("state_now", "reason", "since", "serves", "log", "router")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agent]:
        running = labelled(AgentState.objects.filter(ended_at=None))
        agents = (
            super()
            .get_queryset(request)
            .prefetch_related(
                "queues", "skills__skill", Prefetch("states", running, to_attr="running")
            )
        )
        return agents if person(request).is_superuser else agents.filter(team__in=_teams(request))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.fieldsets[:1]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whose agent it is stays: the calls, hours and open windows of another are not theirs."""
        kept = ("user",) if obj else ()
        if person(request).is_superuser:
            return (*kept, *self.readonly_fields)
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

    def uses(self, row: Agent) -> list[str]:
        return uses_of_agent(row)

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

    @admin.display(description="skills")
    def knows(self, agent: Agent) -> str:
        return ", ".join(str(skill) for skill in agent.skills.all()) or NOTHING

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


def _teams(request: HttpRequest) -> list[int]:
    return team_ids_of(person(request))
