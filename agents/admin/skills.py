"""Skills, and who has them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from agents.admin.display import NOTHING
from agents.admin.using import flows_that_ask_for, uses_of_skill
from agents.models import AgentSkill, Skill
from contactcenter.deleting import KeepsWhatIsUsed
from contactcenter.lists import listed, named


class AgentSkillInline(admin.TabularInline):
    """What an agent can do, on the agent's page."""

    model = AgentSkill
    extra = 1
    verbose_name = "skill"
    verbose_name_plural = "skills"


class SkillForm(forms.ModelForm):
    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        old = self.initial.get("name", name)
        if name != old and (flows := flows_that_ask_for(old)):
            raise ValidationError(
                f"{listed(named('Flow', flows))} asks for it by the name {old}. Publish a version "
                "without it first."
            )
        return name


@admin.register(Skill)
class SkillAdmin(KeepsWhatIsUsed):
    form = SkillForm
    list_display = ("name", "description", "agent_count", "asked_for_in")
    search_fields = ("name", "description")
    instead = "Take it away from them first."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Skill]:
        skills: QuerySet[Skill] = (
            super()
            .get_queryset(request)
            .prefetch_related("requirements__queue")
            .annotate(agents_with_it=Count("agents"))
        )
        return skills

    def uses(self, row: Skill) -> list[str]:
        return uses_of_skill(row)

    @admin.display(description="agents", ordering="agents_with_it")
    def agent_count(self, skill: Any) -> int:
        return int(skill.agents_with_it)

    @admin.display(description="asked for in")
    def asked_for_in(self, skill: Skill) -> str:
        queues = sorted({one.queue.name for one in skill.requirements.all()})
        return ", ".join(queues) or NOTHING
