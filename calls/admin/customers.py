"""Customers: who they are, which of them are one person, and who wants to be forgotten."""

import secrets
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from agents.admin.display import NOTHING, person
from calls.admin.calls import shown_number
from calls.models import Customer, CustomerNumber
from calls.selectors import calls_of
from calls.services import customers
from contactcenter.errors import Refused
from contactcenter.vonage import numbers

NO_NUMBER = "Write the number with its country code, such as 447700900123."
TAKEN = "{number} is {customer}'s already. Merge the two if they are one person."
LAST_CALLS = 10


class NumberForm(forms.ModelForm):
    # Longer than what is kept, for people paste numbers as they are written.
    number = forms.CharField(max_length=numbers.LONGEST_WRITTEN)

    def clean_number(self) -> str:
        number = numbers.without_trunk(numbers.normal(self.cleaned_data["number"]))
        if len(number) < numbers.SHORTEST_ABROAD or number.startswith("0"):
            raise ValidationError(NO_NUMBER)
        others = CustomerNumber.objects.filter(number=number).exclude(pk=self.instance.pk)
        if taken := others.select_related("customer").first():
            shown = numbers.shown(number)
            raise ValidationError(TAKEN.format(number=shown, customer=taken.customer))
        return number


class NumberInline(admin.TabularInline):
    model = CustomerNumber
    form = NumberForm
    extra = 1
    verbose_name = "number"


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    list_display = ("shown_name", "company", "their_numbers", "called", "created_at")
    list_per_page = 50
    show_full_result_count = False
    change_list_template = "admin/facts_list.html"
    nothing = "Nobody has been named yet. Agents name customers from a call."
    search_fields = ("name", "company", "email", "external_id", "^numbers__number", "=key")
    search_help_text = "A name, company, e-mail address, number in any spelling, or key."
    fields = ("name", "company", "email", "external_id", "note", "key", "created_at")
    readonly_fields = ("key", "created_at")
    change_form_template = "admin/calls/customer/page.html"
    inlines = (NumberInline,)
    actions = ("merge", "erase")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        """Those who are there: merged ones are part of another."""
        there = super().get_queryset(request).filter(merged_into=None)
        counted: QuerySet[Customer] = there.prefetch_related("numbers").annotate(
            call_count=Count("calls", distinct=True)
        )
        return counted

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        term = numbers.normal(search_term) or search_term
        return super().get_search_results(request, queryset, term)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Their key is never used again, and their calls are counted on: erase them instead.

        Their numbers, on the same page, are another matter.
        """
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.erased_at)

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        if not change:
            obj.key, obj.created_at = secrets.token_hex(12), timezone.now()
        super().save_model(request, obj, form, change)

    @admin.action(description="Merge the selected customers", permissions=["change"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Customer]) -> HttpResponse | None:
        """Asked once more, with the one who stays: it cannot be undone."""
        chosen = list(queryset.order_by("id"))
        if len(chosen) < 2:
            self.message_user(request, "Choose at least two to merge.", messages.WARNING)
            return None
        into = next((one for one in chosen if str(one.pk) == request.POST.get("into")), None)
        if into is None:
            return self._ask(request, chosen, "merge", "Merge customers")
        others = [one for one in chosen if one != into]
        try:
            customers.merge(into=into.pk, others=[one.pk for one in others], now=timezone.now())
        except Refused as refused:
            self.message_user(request, refused.message, messages.ERROR)
            return None
        names = ", ".join(map(_named, others))
        keys = ", ".join(one.key for one in others)
        self.log_change(request, into, f"Merged with {keys}.")
        self.message_user(request, f"{names}: merged into {_named(into)}.")
        return None

    @admin.action(description="Erase the data of the selected customers", permissions=["change"])
    def erase(self, request: HttpRequest, queryset: QuerySet[Customer]) -> HttpResponse | None:
        """Asked once more: nobody can bring it back."""
        chosen = list(queryset.filter(erased_at=None).order_by("id"))
        if not chosen:
            self.message_user(request, "Their data is erased already.", messages.WARNING)
            return None
        if "confirmed" not in request.POST:
            return self._ask(request, chosen, "erase", "Erase customers' data")
        for one in chosen:
            try:
                customers.erase(customer_id=one.pk, now=timezone.now())
            except Refused as refused:
                words = f"{_named(one)}: {refused.message}"
                self.message_user(request, words, messages.WARNING)
            else:
                one.refresh_from_db()
                self.log_change(request, one, "Erased.")
                self.message_user(request, f"{one}: who they are has been forgotten.")
        return None

    def _ask(
        self, request: HttpRequest, chosen: list[Customer], action: str, title: str
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "action": action,
            "chosen": [(one, _named(one)) for one in chosen],
        }
        return TemplateResponse(request, "admin/calls/customer/ask.html", context)

    @admin.display(description="name", ordering="name")
    def shown_name(self, customer: Customer) -> str:
        return str(customer)

    @admin.display(description="numbers")
    def their_numbers(self, customer: Customer) -> str:
        return _numbers(customer) or NOTHING

    @admin.display(description="calls", ordering="call_count")
    def called(self, customer: Any) -> int:
        return int(customer.call_count)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        customer_id = int(object_id) if object_id.isdecimal() else 0
        mine = calls_of(person(request)).filter(customer=customer_id)
        calls = mine.select_related("queue", "agent__user").order_by("-id")[:LAST_CALLS]
        return super().change_view(request, object_id, form_url, {"calls": calls})


def _numbers(customer: Customer) -> str:
    return ", ".join(shown_number(one.number, "") for one in customer.numbers.all())


def _named(customer: Customer) -> str:
    """In a sentence, with what tells two of the same name apart."""
    facts = ", ".join(filter(None, [customer.company, _numbers(customer)]))
    return f"{customer} ({facts})" if facts else str(customer)
