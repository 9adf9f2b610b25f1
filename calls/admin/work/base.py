"""Rows that nobody edits, but about which supervisors decide something."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_permission_codename
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agents.admin.display import ReadOnlyAdmin, person
from contactcenter.errors import Refused
from contactcenter.vonage import numbers

Acts = list[tuple[str, str]]  # an action's name, and the words on its button


class WorkAdmin(ReadOnlyAdmin):
    """What a caller left behind; who may change it may use its actions."""

    change_list_template = "admin/facts_list.html"
    change_form_template = "admin/calls/work/page.html"
    search_fields = ("number",)
    search_help_text = "Part of a number in any spelling."
    nothing = ""  # said of an empty list

    def acts_on(self, row: Any) -> Acts:
        """What can be decided on this row now."""
        raise NotImplementedError

    def named(self, row: Any) -> str:
        """The row in a sentence."""
        raise NotImplementedError

    def has_decide_permission(self, request: HttpRequest) -> bool:
        codename = get_permission_codename("change", self.opts)
        return person(request).has_perm(f"{self.opts.app_label}.{codename}")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = numbers.normal(search_term) or search_term
        return super().get_search_results(request, queryset, term)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {}
        if row := self.get_object(request, object_id):
            acts = self.acts_on(row) if self.has_decide_permission(request) else []
            context = {"acts": acts, "subtitle": self.named(row)}
        return super().change_view(request, object_id, form_url, context)

    def decide(
        self, request: HttpRequest, rows: Iterable[Any], act: Callable[[Any], None], done: str
    ) -> None:
        """Do it for one after the other, and say for whom it could not be done."""
        for row in rows:
            try:
                act(row)
            except Refused as refused:
                self.message_user(request, f"{self.named(row)}: {refused}", messages.WARNING)
            else:
                self.log_change(request, row, f"{done}.")
                self.message_user(request, f"{self.named(row)}: {done.lower()}.")

    @admin.display(description="call", ordering="call__started_at")
    def of_call(self, row: Any) -> SafeString:
        url = reverse("admin:calls_call_change", args=[row.call_id])
        return format_html('<a href="{}">{}</a>', url, row.call.key)
