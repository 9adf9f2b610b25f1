"""Flows and their versions."""

import json
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from contactcenter.deleting import KeepsWhatIsUsed
from contactcenter.lists import named
from contactcenter.vonage import numbers
from ivr.admin.forms import TARGETS, FlowForm
from ivr.models import Flow, FlowVersion
from ivr.services import publish


class VersionInline(admin.TabularInline):
    """The versions there have been, newest first. They are only ever added, by publishing."""

    model = FlowVersion
    verbose_name_plural = "versions"
    fields = readonly_fields = ("version", "is_live", "published", "shown_graph")
    ordering = ("-number",)
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[FlowVersion]:
        entries = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(FlowVersion),
            object_id=Cast(OuterRef("pk"), TextField()),
            action_flag=ADDITION,
        )
        versions: QuerySet[FlowVersion] = (
            super()
            .get_queryset(request)
            .annotate(
                published_at=Subquery(entries.values("action_time")[:1]),
                published_by=Subquery(entries.values("user__username")[:1]),
            )
        )
        return versions

    @admin.display(description="version")
    def version(self, version: FlowVersion) -> int:
        return version.number

    @admin.display(description="published")
    def published(self, version: Any) -> str:
        if version.published_at is None:
            return "not in the admin"
        when = timezone.localtime(version.published_at)
        return f"{when:%d %b %Y %H:%M:%S} by {version.published_by}"

    @admin.display(description="graph")
    def shown_graph(self, version: FlowVersion) -> SafeString:
        return format_html(
            '<details><summary>{} nodes</summary><pre class="code">{}</pre></details>',
            len(version.graph.get("nodes", {})),
            json.dumps(version.graph, ensure_ascii=False, indent=2),
        )


@admin.register(Flow)
class FlowAdmin(KeepsWhatIsUsed):
    form = FlowForm
    list_display = ("name", "live_version", "version_count", "leads_here")
    search_fields = ("name",)
    readonly_fields = ("targets",)
    instead = "Let them lead elsewhere first; what calls went through is kept for good."
    inlines = (VersionInline,)
    fieldsets = (
        (None, {"fields": ("name",)}),
        (
            "Publish a new version",
            {
                "fields": ("targets", "graph", "based_on"),
                "description": "<p>A graph is a start and named nodes, each of one type:</p><ul>"
                "<li><code>say</code> speaks <code>text</code>, goes on to <code>next</code></li>"
                "<li><code>menu</code> speaks <code>text</code>, waits for a key of "
                "<code>options</code>; <code>no_input</code> and <code>wrong_input</code> after "
                "<code>tries</code></li>"
                "<li><code>queue</code> waits in <code>queue</code>; <code>timeout</code> when it "
                "took too long; <code>priority</code> from -100 to 100 is added to the queue's; "
                "<code>requires</code> lists skills by name, such as <code>"
                '[{"skill": "French", "level": 3, "until": 60}]</code></li>'
                "<li><code>agent</code> waits for <code>agent</code> up to <code>wait</code> "
                "seconds; <code>no_answer</code> otherwise</li>"
                "<li><code>hang_up</code> speaks <code>text</code> and ends</li></ul>",
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Flow]:
        flows: QuerySet[Flow] = (
            super()
            .get_queryset(request)
            .prefetch_related("numbers")
            .annotate(
                live=Max("versions__number", filter=Q(versions__is_live=True)),
                versions_made=Count("versions"),
            )
        )
        return flows

    def uses(self, row: Flow) -> list[str]:
        queues = row.overflows_here.values_list("queue__name", flat=True).distinct()
        history = FlowVersion.objects.filter(flow=row, call__isnull=False).exists()
        return [
            *named("number", [numbers.shown(one.number) for one in row.numbers.all()]),
            *named("queue", queues),
            *(["the record of its calls"] if history else []),
        ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        may_publish = self.has_change_permission(request, obj) if obj else True
        return self.fieldsets if may_publish else self.fieldsets[:1]

    def save_model(self, request: HttpRequest, obj: Flow, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        version = publish(flow=obj, graph=form.cleaned_data["graph"])
        if version != form.live:
            self.log_addition(request, version, "Published.")
            self.message_user(request, f"Version {version.number} is live.")

    @admin.display(description="live version", ordering="live", empty_value="none")
    def live_version(self, flow: Any) -> int | None:
        return None if flow.live is None else int(flow.live)

    @admin.display(description="versions", ordering="versions_made")
    def version_count(self, flow: Any) -> int:
        return int(flow.versions_made)

    @admin.display(description="numbers")
    def leads_here(self, flow: Flow) -> str:
        return ", ".join(numbers.shown(one.number) for one in flow.numbers.all()) or "none"

    @admin.display(description="queues and agents")
    def targets(self, flow: Flow) -> SafeString:
        """What nodes may lead to, with the ids they are named by."""
        rows = [
            (kind, row.pk, row)
            for kind, model in TARGETS.items()
            for row in apps.get_model(model)._default_manager.select_related()
        ]
        return format_html(
            '<ul class="targets">{}</ul>',
            format_html_join("", "<li>{} <b>{}</b> {}</li>", rows),
        )
