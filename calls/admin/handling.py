"""Dispositions: the outcomes that agents choose from."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from agents.admin.display import NOTHING
from calls.models import Disposition


@admin.register(Disposition)
class DispositionAdmin(admin.ModelAdmin):
    list_display = ("label", "position", "asked_in")
    list_editable = ("position",)
    search_fields = ("label",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Disposition]:
        return super().get_queryset(request).prefetch_related("queues")

    @admin.display(description="asked in")
    def asked_in(self, disposition: Disposition) -> str:
        return ", ".join(queue.name for queue in disposition.queues.all()) or NOTHING
