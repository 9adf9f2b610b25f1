"""Whom agents may call: the dial rules, of which there is one row, and the do-not-call list."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from calls.models import DialRules, DoNotCall
from contactcenter.vonage import numbers

NO_CODE = "{code} is no country code: write such as 44,353."
NO_PREFIX = "{prefix} is no beginning of a number: write digits, with the country code."
ONE_HOUR = "Fill in both hours, or neither."
SAME_HOUR = "From and until are the same hour: nobody could be called."
NO_NUMBER = "Write the number with its country code, such as 447700900123."


class DialRulesForm(forms.ModelForm):
    def clean_countries(self) -> str:
        """Codes as they are compared: digits, each once."""
        codes = [one.strip().lstrip("+") for one in self.cleaned_data["countries"].split(",")]
        for code in filter(None, codes):
            if not code.isdecimal() or numbers.country_code(code) != code:
                raise ValidationError(NO_CODE.format(code=code))
        return ",".join(dict.fromkeys(filter(None, codes)))

    def clean_refused_prefixes(self) -> str:
        prefixes = [one.lstrip("+") for one in self.cleaned_data["refused_prefixes"].split()]
        for prefix in prefixes:
            if not prefix.isdecimal() or prefix.startswith("0") or len(prefix) > 15:
                raise ValidationError(NO_PREFIX.format(prefix=prefix))
        return "\n".join(dict.fromkeys(prefixes))

    def clean(self) -> None:
        super().clean()
        first, last = (self.cleaned_data.get(one) for one in ("not_before", "not_after"))
        if (first is None) != (last is None):
            self.add_error("not_after" if last is None else "not_before", ONE_HOUR)
        elif first is not None and first == last:
            self.add_error("not_after", SAME_HOUR)


@admin.register(DialRules)
class DialRulesAdmin(admin.ModelAdmin):
    form = DialRulesForm
    fieldsets = (
        ("Whom", {"fields": ("countries", "refused_prefixes")}),
        ("How often, and when", {"fields": ("per_minute", "per_hour", "not_before", "not_after")}),
        ("How", {"fields": ("caller_id", "ring_seconds", "wrap_up_seconds", "detects_machines")}),
    )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is nothing to choose from: the one row, or the page that makes it."""
        if self.has_view_permission(request) and (row := DialRules.objects.first()):
            return redirect(reverse("admin:calls_dialrules_change", args=[row.pk]))
        if self.has_add_permission(request):
            return redirect(reverse("admin:calls_dialrules_add"))
        return super().changelist_view(request, extra_context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not DialRules.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DoNotCallForm(forms.ModelForm):
    # Longer than what is kept, for people paste numbers as they are written.
    number = forms.CharField(
        max_length=numbers.LONGEST_WRITTEN,
        help_text="With the country code: 447700900123, or +44 7700 900123.",
    )

    def clean_number(self) -> str:
        number = numbers.without_trunk(numbers.normal(self.cleaned_data["number"]))
        if len(number) < numbers.SHORTEST_ABROAD or number.startswith("0"):
            raise ValidationError(NO_NUMBER)
        if DoNotCall.objects.filter(number=number).exclude(pk=self.instance.pk).exists():
            raise ValidationError(f"{numbers.shown(number)} is on the list already.")
        return number


@admin.register(DoNotCall)
class DoNotCallAdmin(admin.ModelAdmin):
    form = DoNotCallForm
    list_display = ("shown", "reason", "added_by", "added_at")
    search_fields = ("number", "reason")
    readonly_fields = ("added_by", "added_at")

    @admin.display(description="number", ordering="number")
    def shown(self, row: DoNotCall) -> str:
        return numbers.shown(row.number)

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """A number is found however it is written."""
        return super().get_search_results(
            request, queryset, numbers.normal(search_term) or search_term
        )

    def save_model(self, request: HttpRequest, obj: DoNotCall, form: Any, change: bool) -> None:
        if not change:
            obj.added_by, obj.added_at = request.user.get_username(), timezone.now()
        super().save_model(request, obj, form, change)
