"""The order in which the agents of a queue are rung, for queues that are served top-down."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from agents.admin.display import person
from agents.selectors import team_ids_of
from calls.models import QueueAssignment
from calls.selectors import queues_of


@admin.register(QueueAssignment)
class QueueAssignmentAdmin(admin.ModelAdmin):
    """A list to write numbers into. Who serves a queue is chosen on the queue's own page."""

    list_display = ("agent", "queue", "position")
    list_display_links = None
    list_editable = ("position",)
    list_filter = (("queue", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("agent__user", "queue")
    list_per_page = 100
    ordering = ("queue", "position", "agent__user__username")
    search_fields = ("agent__user__username", "agent__user__first_name", "agent__user__last_name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[QueueAssignment]:
        rows = super().get_queryset(request)
        user = person(request)
        if user.is_superuser:
            return rows
        mine = rows.filter(queue__in=queues_of(user).order_by().values("id"))
        return mine.filter(agent__team__in=team_ids_of(user))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request, {"title": "Who is rung first", **(extra_context or {})}
        )

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}  # it is opened from a queue

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("calls.change_queue")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.save(update_fields=["position"])  # the router writes its other column meanwhile
