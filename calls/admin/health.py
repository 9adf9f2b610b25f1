"""What must always hold, when that was last looked at, and what was healed."""

from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from agents.admin.display import NOTHING, ReadOnlyAdmin, badge, moment, person
from agents.selectors import team_ids_of
from calls import days
from calls.models import Healing, InvariantCheck
from calls.selectors import INVARIANTS, calls_of
from contactcenter.durations import length

SENTENCES = {one.name: one.sentence for one in INVARIANTS}
MODELS = {"call": "calls.Call", "agent": "agents.Agent", "instruction": "calls.Instruction"}
STALE = timedelta(seconds=60)  # a router looks every ten


@admin.register(InvariantCheck)
class InvariantCheckAdmin(ReadOnlyAdmin):
    """One row for everything that must hold."""

    change_list_template = "admin/facts_list.html"
    nothing = "Nothing has been looked at yet. Is a router running?"
    list_display = ("sentence", "holds", "violations", "since", "checked")
    list_display_links = ("sentence",)
    fields = ("sentence", "holds", "since", "checked", "violations", "shown_examples", "healed")
    ordering = ("-violations", "name")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"title": "Health", "first_line": self._first_line(request)}
        return super().changelist_view(request, context)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> InvariantCheck | None:
        """Its examples with links to the pages that this person may open."""
        check = super().get_object(request, object_id, from_field)
        if check:
            check.examples = [one | {"page": self._page(request, one)} for one in check.examples]
        return check

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        check = self.get_object(request, object_id)
        context = {"subtitle": self.sentence(check)} if check else {}
        return super().change_view(request, object_id, form_url, context)

    def _page(self, request: HttpRequest, example: dict[str, Any]) -> str:
        """The address of the page of the row that an example is about, or ""."""
        model = MODELS.get(example["model"])
        if model is None:
            return ""
        pages = self.admin_site.get_model_admin(apps.get_model(model))
        row = pages.get_queryset(request).filter(pk=example["id"]).first()
        is_shown = row is not None and pages.has_view_permission(request, row)
        name = model.lower().replace(".", "_")
        return reverse(f"admin:{name}_change", args=[example["id"]]) if is_shown else ""

    def _first_line(self, request: HttpRequest) -> SafeString:
        """ "Everything holds. Last checked 4 s ago. Healed since midnight: 2." """
        midnight = days.midnight(timezone.now())
        healings = self.admin_site.get_model_admin(Healing).get_queryset(request)
        return format_html(
            '{} Healed since midnight: <a href="{}">{}</a>.',
            _standing(),
            reverse("admin:calls_healing_changelist"),
            healings.filter(at__gte=midnight).count(),
        )

    @admin.display(description="what must hold", ordering="name")
    def sentence(self, check: InvariantCheck) -> str:
        return SENTENCES.get(check.name, check.name)

    @admin.display(description="now", ordering="violations")
    def holds(self, check: InvariantCheck) -> SafeString:
        if timezone.now() - check.checked_at > STALE:
            return badge("Not checked lately", "alert", "warn")
        if check.violations:
            return badge("Broken", "x-circle", "danger")
        return badge("Holds", "check-circle", "ok")

    @admin.display(description="broken since", ordering="broken_since")
    def since(self, check: InvariantCheck) -> str:
        return moment(check.broken_since)

    @admin.display(description="last checked", ordering="checked_at")
    def checked(self, check: InvariantCheck) -> str:
        return f"{moment(check.checked_at)} ({_ago(check.checked_at)})"

    @admin.display(description="what breaks it")
    def shown_examples(self, check: InvariantCheck) -> SafeString:
        if not check.examples:
            return SafeString("Nothing.")
        rows = [(_named(one), one["words"]) for one in check.examples]
        return format_html(
            '<ul class="facts">{}</ul>', format_html_join("", "<li>{}: {}</li>", rows)
        )

    @admin.display(description="healed")
    def healed(self, check: InvariantCheck) -> SafeString:
        url = reverse("admin:calls_healing_changelist")
        return format_html('<a href="{}">What was healed</a>', url)


def _standing() -> str:
    """What the last look has found, in a sentence or two."""
    checks = InvariantCheck.objects.all()
    oldest = checks.aggregate(at=Min("checked_at"))["at"]
    if oldest is None:
        return ""
    if timezone.now() - oldest > STALE:
        return f"No router has looked since {moment(oldest)}. Is one running?"
    broken = checks.filter(violations__gt=0).count()
    state = f"{broken} of {checks.count()} broken" if broken else "Everything holds"
    return f"{state}. Last checked {_ago(oldest)}."


def _ago(at: datetime) -> str:
    seconds = max(int((timezone.now() - at).total_seconds()), 0)
    return f"{seconds} s ago" if seconds < 60 else f"{length(seconds)} ago"


def _named(example: dict[str, Any]) -> str | SafeString:
    """ "Call 17", as a link where there is a page."""
    words = f"{example['model'].capitalize()} {example['id']}"
    return format_html('<a href="{}">{}</a>', example["page"], words) if example["page"] else words


@admin.register(Healing)
class HealingAdmin(ReadOnlyAdmin):
    change_list_template = "admin/facts_list.html"
    nothing = "Nothing had to be healed."
    list_display = ("when", "words", "kind_in_words", "of_call", "agent")
    list_filter = ("kind",)
    list_select_related = ("call", "agent__user")
    date_hierarchy = "at"
    ordering = ("-id",)
    fields = ("when", "words", "kind_in_words", "of_call", "agent")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Healing]:
        found = super().get_queryset(request)
        user = person(request)
        if user.is_superuser:
            return found
        calls = calls_of(user).order_by().values("id")
        return found.filter(Q(call__in=calls) | Q(agent__team__in=team_ids_of(user)))

    @admin.display(description="when", ordering="at")
    def when(self, healing: Healing) -> str:
        return moment(healing.at)

    @admin.display(description="kind", ordering="kind")
    def kind_in_words(self, healing: Healing) -> str:
        return healing.kind.replace("_", " ").capitalize()

    @admin.display(description="call")
    def of_call(self, healing: Healing) -> SafeString:
        if healing.call is None:
            return SafeString(NOTHING)
        url = reverse("admin:calls_call_change", args=[healing.call_id])
        return format_html('<a href="{}">{}</a>', url, healing.call.key)
