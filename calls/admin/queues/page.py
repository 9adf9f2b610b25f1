"""Queues: who serves them, how calls are given out, and where callers go who cannot wait."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from agents.admin.display import badge, person
from agents.models import Agent
from agents.selectors import team_ids_of
from calls.admin.queues import preview
from calls.admin.queues.fields import ADDED_LATER, FIELDSETS
from calls.admin.queues.form import QueueForm
from calls.admin.queues.inlines import OverflowInline, RequirementInline
from calls.broadcast import announce
from calls.models import Queue, QueueEntry
from calls.selectors import queues_of
from calls.states import Strategy
from contactcenter.deleting import KeepsWhatIsUsed, flows_with
from contactcenter.lists import named

FIRST_SHOWN = 5  # agents of the order that the page of a queue names


@admin.register(Queue)
class QueueAdmin(KeepsWhatIsUsed):
    form = QueueForm
    list_display = ("name", "waiting", "size", "open_now", "served", "level")
    list_filter = (
        "strategy",
        "is_emergency_closed",
        ("schedule", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("schedule",)
    search_fields = ("name",)
    actions = ("close_at_once", "open_again")
    filter_horizontal = ("dispositions",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = (RequirementInline, OverflowInline)
    readonly_fields = ADDED_LATER
    instead = "Close it at once instead, so that nobody new is let in."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Queue]:
        visible = queues_of(person(request)).order_by().values("id")
        queues: QuerySet[Queue] = (
            super()
            .get_queryset(request)
            .filter(id__in=visible)
            .prefetch_related("schedule__hours", "schedule__exceptions")
            .annotate(waiting_now=_count(QueueEntry.objects.filter(left_at=None), "queue"))
            .annotate(agent_count=_count(Queue.agents.through.objects.all(), "queue"))
        )
        return queues

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is computed from a queue is shown once there is one."""
        hidden = () if obj else ADDED_LATER
        return [
            (title, {**more, "fields": [one for one in more["fields"] if one not in hidden]})
            for title, more in FIELDSETS
        ]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        if members := form.base_fields.get("members"):  # not there for who may only look
            members.queryset = _agents_of(request).select_related("user")
            members.initial = obj.agents.values_list("id", flat=True) if obj else ()
        return form

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name == "is_emergency_closed":
            field.show_hidden_initial = True  # as the switch was when the page was opened
        return field

    def save_model(self, request: HttpRequest, obj: Queue, form: Any, change: bool) -> None:
        """What the page did not change stays as it is: somebody may have closed the queue since."""
        columns = {field.name for field in Queue._meta.concrete_fields}
        obj.save(update_fields=columns & set(form.changed_data) if change else None)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Agents whom this supervisor may not see stay in the queue as they were."""
        super().save_related(request, form, formsets, change)
        queue = form.instance
        others = queue.agents.exclude(id__in=_agents_of(request).values("id"))
        before = set(queue.agents.values_list("id", flat=True))
        last = queue.assignments.aggregate(last=Max("position"))["last"]
        position = 0 if last is None else last + 1  # who is new is rung last
        queue.agents.set(
            [*form.cleaned_data["members"], *others], through_defaults={"position": position}
        )
        now = set(queue.agents.values_list("id", flat=True))
        announce(queues=[queue.pk], agents=before | now)
        for words in preview.warnings(queue):
            self.message_user(request, words, messages.WARNING)

    def uses(self, row: Queue) -> list[str]:
        flows = flows_with(lambda node: node["type"] == "queue" and node["queue"] == row.pk)
        queues = row.overflows_here.values_list("queue__name", flat=True).distinct()
        history = any(rows.exists() for rows in (row.entries, row.calls, row.voicemails))
        return [
            *named("flow", flows),
            *named("queue", queues),
            *(["the record of its calls"] if history else []),
        ]

    @admin.action(description="Close the selected queues at once", permissions=["change"])
    def close_at_once(self, request: HttpRequest, queryset: QuerySet[Queue]) -> None:
        self._switch(request, queryset, is_closed=True)

    @admin.action(description="Open the selected queues again", permissions=["change"])
    def open_again(self, request: HttpRequest, queryset: QuerySet[Queue]) -> None:
        self._switch(request, queryset, is_closed=False)

    def _switch(self, request: HttpRequest, queues: QuerySet[Queue], *, is_closed: bool) -> None:
        changed = list(queues.exclude(is_emergency_closed=is_closed))
        ids = [queue.pk for queue in changed]
        Queue.objects.filter(id__in=ids).update(is_emergency_closed=is_closed)
        for queue in changed:
            self.log_change(request, queue, "Closed at once." if is_closed else "Opened again.")
        announce(queues=ids)
        names = ", ".join(map(str, changed)) or "Nothing"
        self.message_user(request, f"{names}: {'closed at once' if is_closed else 'open again'}.")

    @admin.display(description="waiting now", ordering="waiting_now")
    def waiting(self, queue: Any) -> int:
        return int(queue.waiting_now)

    @admin.display(description="agents", ordering="agent_count")
    def size(self, queue: Any) -> int:
        return int(queue.agent_count)

    @admin.display(description="lets callers in")
    def open_now(self, queue: Queue) -> SafeString:
        words = preview.open_words(queue, now=timezone.now())
        if words.startswith("Closed"):
            return badge(words, "alert", "warn")
        return badge(words, "check-circle", "ok")

    @admin.display(description="strategy", ordering="strategy")
    def served(self, queue: Queue) -> str:
        return queue.get_strategy_display().partition(":")[0]

    @admin.display(description="service level", ordering="service_level_percent")
    def level(self, queue: Queue) -> str:
        return f"{queue.service_level_percent} % in {queue.service_level_seconds} s"

    @admin.display(description="now")
    def now(self, queue: Queue) -> str:
        return preview.open_words(queue, now=timezone.now())

    @admin.display(description="a caller who comes now")
    def caller_now(self, queue: Queue) -> str:
        return preview.caller_now(queue, now=timezone.now())

    @admin.display(description="a caller")
    def ways(self, queue: Queue) -> SafeString:
        rows = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", preview.ways(queue))
        return format_html('<dl class="kv">{}</dl>', rows)

    @admin.display(description="who is served first")
    def formula(self, queue: Queue) -> str:
        return preview.formula(queue)

    @admin.display(description="measured error")
    def estimate_error(self, queue: Queue) -> str:
        return preview.estimate_words(queue)

    @admin.display(description="order of agents")
    def order(self, queue: Queue) -> str | SafeString:
        if queue.strategy != Strategy.TOP_DOWN:
            return "Only for top-down: save that strategy first."
        first = queue.assignments.select_related("agent__user")[:FIRST_SHOWN]
        names = ", ".join(f"{one.position} {one.agent}" for one in first) or "no agents yet"
        url = reverse("admin:calls_queueassignment_changelist")
        link = f"{url}?queue__id__exact={queue.pk}"
        return format_html('{}. <a href="{}">Change the order</a>', names, link)


def _count(rows: QuerySet, column: str) -> Coalesce:
    """How many of these rows belong to the queue: counted apart, so that no join multiplies."""
    mine = rows.filter(**{column: OuterRef("pk")}).order_by().values(column)
    return Coalesce(Subquery(mine.annotate(found=Count("pk")).values("found")), 0)


def _agents_of(request: HttpRequest) -> QuerySet[Agent]:
    user = person(request)
    if user.is_superuser:
        return Agent.objects.all()
    return Agent.objects.filter(team__in=team_ids_of(user))
