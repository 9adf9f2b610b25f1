"""Our telephone numbers, and the flow that each leads to."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from contactcenter.vonage import numbers
from ivr.models import Number


class NumberForm(forms.ModelForm):
    number = forms.CharField(
        max_length=numbers.LONGEST_WRITTEN,
        help_text="With the country code, in any spelling: +44 20 7946 0000.",
    )

    class Meta:
        model = Number
        fields = ["number", "label", "flow"]

    def clean_number(self) -> str:
        digits = numbers.normal(self.cleaned_data["number"])
        if not digits:
            raise ValidationError("Write a telephone number with its country code.")
        return digits


@admin.register(Number)
class NumberAdmin(admin.ModelAdmin):
    form = NumberForm
    list_display = ("shown", "label", "flow", "in_service")
    list_filter = (("flow", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("flow",)
    search_fields = ("number", "label")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Number]:
        live = Count("flow__versions", filter=Q(flow__versions__is_live=True))
        found: QuerySet[Number] = super().get_queryset(request).annotate(live=live)
        return found

    @admin.display(description="number", ordering="number")
    def shown(self, number: Number) -> str:
        return numbers.shown(number.number)

    @admin.display(description="answers calls", boolean=True)
    def in_service(self, number: Any) -> bool:
        return bool(number.live)
