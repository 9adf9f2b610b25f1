"""Calls: a list to find one in, and the journey of each. Nothing here can be changed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString

from agents.admin.display import NOTHING, ReadOnlyAdmin, clock, moment, person
from calls.admin import badges
from calls.admin.journey import journey_of
from calls.admin.routing import preview_of
from calls.models import Call
from calls.routing import FORMULA
from calls.selectors import calls_of
from contactcenter.vonage import numbers


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    list_display = (
        *("key", "started", "caller", "called", "queue", "shown_state", "shown_outcome"),
        *("answered", "ended", "hung_up_by"),
    )
    list_filter = ("state", "outcome", ("queue", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("queue", "customer")
    search_fields = ("^key", "from_number", "to_number")
    search_help_text = "The beginning of a key, or part of a number in any spelling."
    date_hierarchy = "started_at"
    fields = ("key",)  # the page draws the rest itself

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        calls = super().get_queryset(request)
        user = person(request)
        if user.is_superuser:
            return calls
        return calls.filter(id__in=calls_of(user).order_by().values("id"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Call], search_term: str
    ) -> tuple[QuerySet[Call], bool]:
        term = numbers.normal(search_term) or search_term
        return super().get_search_results(request, queryset, term)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        call = self.get_object(request, object_id)
        if call and self.has_view_permission(request, call):
            extra_context = {"journey": journey_of(call, now=timezone.now())}
        return super().change_view(request, object_id, form_url, extra_context)

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(self.routing_view)
        own = path("<path:object_id>/routing/", preview, name="calls_call_routing")
        return [own, *super().get_urls()]

    def routing_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Who would be rung for a waiting call now, and why the others would not."""
        call = self.get_object(request, object_id)
        if call is None or not self.has_view_permission(request, call):
            raise Http404
        now = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "title": "Preview routing",
            "call": call,
            "formula": FORMULA,
            "preview": preview_of(call, now=now),
            "now": now,
        }
        return TemplateResponse(request, "admin/calls/call/routing.html", context)

    @admin.display(description="from", ordering="from_number")
    def caller(self, call: Call) -> str:
        is_erased = call.customer is not None and call.customer.erased_at is not None
        return shown_number(call.from_number, "erased" if is_erased else "withheld")

    @admin.display(description="to", ordering="to_number")
    def called(self, call: Call) -> str:
        return shown_number(call.to_number, NOTHING)

    @admin.display(description="state", ordering="state")
    def shown_state(self, call: Call) -> SafeString:
        return badges.call_state(call)

    @admin.display(description="outcome", ordering="outcome")
    def shown_outcome(self, call: Call) -> str:
        return badges.outcome(call) or NOTHING

    @admin.display(description="started", ordering="started_at")
    def started(self, call: Call) -> str:
        return moment(call.started_at)

    @admin.display(description="answered", ordering="answered_at")
    def answered(self, call: Call) -> str:
        return clock(call.answered_at)

    @admin.display(description="ended", ordering="ended_at")
    def ended(self, call: Call) -> str:
        return clock(call.ended_at)


def shown_number(number: str, otherwise: str) -> str:
    return numbers.shown(number) or number or otherwise
