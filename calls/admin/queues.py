"""Queues, their agents and their times."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, ManyToManyField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from agents.admin.display import person
from agents.models import Agent
from agents.selectors import team_ids_of
from calls.broadcast import announce
from calls.models import Queue, QueueEntry
from calls.selectors import queues_of


@admin.register(Queue)
class QueueAdmin(admin.ModelAdmin):
    list_display = ("name", "waiting", "size", "rings", "wraps_up", "waits_at_most")
    search_fields = ("name",)
    filter_horizontal = ("agents", "dispositions")
    fieldsets = (
        (None, {"fields": ("name",)}),
        (
            "Agents",
            {
                "fields": ("agents",),
                "description": "The oldest call is offered to whoever of them is idle longest.",
            },
        ),
        (
            "Outcomes",
            {
                "fields": ("dispositions",),
                "description": "Agents choose one of them during or after the call.",
            },
        ),
        (
            "Times, in seconds",
            {
                "fields": (
                    "offer_seconds",
                    "wrap_up_seconds",
                    "max_wait_seconds",
                    "short_abandon_seconds",
                ),
                "description": "Calls that wait already keep the times they began with.",
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Queue]:
        visible = queues_of(person(request)).order_by().values("id")
        queues: QuerySet[Queue] = (
            super()
            .get_queryset(request)
            .filter(id__in=visible)
            .annotate(waiting_now=_count(QueueEntry.objects.filter(left_at=None), "queue"))
            .annotate(agent_count=_count(Queue.agents.through.objects.all(), "queue"))
        )
        return queues

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField | None:
        if db_field.name == "agents":
            kwargs.setdefault("queryset", _agents_of(request).select_related("user"))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Agents whom this supervisor may not see stay in the queue as they were."""
        queue = form.instance
        if "agents" in form.cleaned_data:
            others = queue.agents.exclude(id__in=_agents_of(request).values("id"))
            form.cleaned_data["agents"] = [*form.cleaned_data["agents"], *others]
        super().save_related(request, form, formsets, change)
        announce(queues=[queue.pk], agents=queue.agents.values_list("id", flat=True))

    @admin.display(description="waiting now", ordering="waiting_now")
    def waiting(self, queue: Any) -> int:
        return int(queue.waiting_now)

    @admin.display(description="agents", ordering="agent_count")
    def size(self, queue: Any) -> int:
        return int(queue.agent_count)

    @admin.display(description="offer time", ordering="offer_seconds")
    def rings(self, queue: Queue) -> str:
        return f"{queue.offer_seconds} s"

    @admin.display(description="wrap-up", ordering="wrap_up_seconds")
    def wraps_up(self, queue: Queue) -> str:
        return f"{queue.wrap_up_seconds} s"

    @admin.display(description="maximum wait", ordering="max_wait_seconds")
    def waits_at_most(self, queue: Queue) -> str:
        return f"{queue.max_wait_seconds} s"


def _count(rows: QuerySet, column: str) -> Coalesce:
    """How many of these rows belong to the queue: counted apart, so that no join multiplies."""
    mine = rows.filter(**{column: OuterRef("pk")}).order_by().values(column)
    return Coalesce(Subquery(mine.annotate(found=Count("pk")).values("found")), 0)


def _agents_of(request: HttpRequest) -> QuerySet[Agent]:
    user = person(request)
    if user.is_superuser:
        return Agent.objects.all()
    return Agent.objects.filter(team__in=team_ids_of(user))
