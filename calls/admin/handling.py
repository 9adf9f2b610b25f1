"""Dispositions: the outcomes that agents choose from."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from agents.admin.display import NOTHING
from calls.models import Disposition
from contactcenter.deleting import KeepsWhatIsUsed
from contactcenter.lists import named


class DispositionForm(forms.ModelForm):
    def clean_parent(self) -> Disposition | None:
        """Outcomes are one level deep: agents choose a group, then one of it."""
        parent: Disposition | None = self.cleaned_data["parent"]
        if parent is None:
            return None
        if parent == self.instance:
            raise ValidationError("An outcome cannot belong to itself.")
        if parent.parent:
            raise ValidationError(
                f"{parent} belongs to {parent.parent} already, and outcomes are one level deep."
            )
        if self.instance.pk and self.instance.children.exists():
            raise ValidationError("Others belong to this one, and outcomes are one level deep.")
        return parent


@admin.register(Disposition)
class DispositionAdmin(KeepsWhatIsUsed):
    form = DispositionForm
    list_display = ("label", "parent", "position", "asked_in")
    list_editable = ("position",)
    list_select_related = ("parent",)
    search_fields = ("label",)
    instead = "Take it out of its queues instead: nobody can choose it then, and old calls keep it."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Disposition]:
        return super().get_queryset(request).prefetch_related("queues")

    def uses(self, row: Disposition) -> list[str]:
        return [
            *named("queue", row.queues.all()),
            *named("outcome", row.children.all()),
            *(["calls that turned out so"] if row.handlings.exists() else []),
        ]

    @admin.display(description="asked in")
    def asked_in(self, disposition: Disposition) -> str:
        return ", ".join(queue.name for queue in disposition.queues.all()) or NOTHING
