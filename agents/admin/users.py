"""Who logs in, and who looks after whom."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from agents.admin.display import NOTHING, person
from agents.admin.using import INACTIVE_INSTEAD, uses_of_agent
from agents.models import Team, User
from agents.selectors import team_ids_of
from contactcenter.deleting import KeepsWhatIsUsed


@admin.register(User)
class AccountAdmin(KeepsWhatIsUsed, UserAdmin):
    """Django's own page for users; whoever may change users can give themselves every right."""

    list_display = (
        "username",
        "name",
        "agent",
        "is_active",
        "is_staff",
        "is_superuser",
        "last_login",
    )
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")
    list_select_related = ("agent__user",)
    readonly_fields = ("last_login", "date_joined")
    instead = INACTIVE_INSTEAD

    def uses(self, row: User) -> list[str]:
        return uses_of_agent(row.agent) if hasattr(row, "agent") else []

    @admin.display(description="name", ordering="first_name")
    def name(self, user: User) -> str:
        return user.get_full_name() or NOTHING

    @admin.display(description="platform user")
    def agent(self, user: User) -> str:
        return user.agent.vonage_user if hasattr(user, "agent") else NOTHING


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    list_display = ("name", "supervisor_names", "size")
    search_fields = ("name",)
    filter_horizontal = ("supervisors",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        teams = super().get_queryset(request).prefetch_related("supervisors")
        user = person(request)
        if not user.is_superuser:
            teams = teams.filter(id__in=team_ids_of(user))
        counted: QuerySet[Team] = teams.annotate(agent_count=Count("agents", distinct=True))
        return counted

    @admin.display(description="supervisors")
    def supervisor_names(self, team: Team) -> str:
        names = [user.get_full_name() or user.username for user in team.supervisors.all()]
        return ", ".join(names) or NOTHING

    @admin.display(description="agents", ordering="agent_count")
    def size(self, team: Any) -> int:
        return int(team.agent_count)
