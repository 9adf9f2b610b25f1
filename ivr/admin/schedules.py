"""Schedules: weekly hours, days that differ, and what they come to in the next days."""

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTimeWidget
from django.core.exceptions import ValidationError
from django.db.models import Field, QuerySet, TimeField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from contactcenter.deleting import KeepsWhatIsUsed
from contactcenter.lists import named
from ivr.models import OpeningHours, Schedule, ScheduleException
from ivr.schedules import WEEKDAYS, DayException, Hours, Plan, problems, sentence, spans_of
from ivr.selectors import plan_from

PREVIEW_DAYS = 14
CLOCK: dict[type[Field], dict[str, Any]] = {TimeField: {"widget": AdminTimeWidget(format="%H:%M")}}
SAMPLE = Hours(0, time(0), time(0))  # stands for hours that are judged elsewhere


def zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]


class ScheduleForm(forms.ModelForm):
    time_zone = forms.ChoiceField(
        choices=zones,
        initial="Europe/London",
        help_text="Opening hours are read from a clock on a wall there, in summer and in winter.",
    )

    class Meta:
        model = Schedule
        fields = ["name", "time_zone"]


class HoursFormSet(forms.BaseInlineFormSet):
    """Leaves what it was given on the schedule, for the exceptions are judged together with it."""

    def clean(self) -> None:
        super().clean()
        hours = tuple(
            Hours(row["weekday"], row["opens"], row["closes"]) for row in filled(self.forms)
        )
        if any(self.errors):
            return
        if clashes := problems(Plan("UTC", hours or (SAMPLE,))):
            raise ValidationError(clashes)
        self.instance.given_hours = hours


class ExceptionFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        exceptions = tuple(
            DayException(row["date"], row["opens"], row["closes"]) for row in filled(self.forms)
        )
        hours = getattr(self.instance, "given_hours", (SAMPLE,))
        if clashes := problems(Plan("UTC", hours, exceptions)):
            raise ValidationError(clashes)


def filled(rows: list[Any]) -> list[dict[str, Any]]:
    """What the rows of a formset say that are neither empty nor to be deleted."""
    return [
        row.cleaned_data
        for row in rows
        if row.is_valid() and row.cleaned_data and not row.cleaned_data.get("DELETE")
    ]


class HoursInline(admin.TabularInline):
    model = OpeningHours
    formset = HoursFormSet
    formfield_overrides = CLOCK
    verbose_name = "span"
    verbose_name_plural = "opening hours"
    extra = 0

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return self.extra if obj else len(WEEKDAYS) - 2


class ExceptionInline(admin.TabularInline):
    model = ScheduleException
    formset = ExceptionFormSet
    formfield_overrides = CLOCK
    verbose_name = "day that differs"
    verbose_name_plural = "days that differ"
    extra = 1


@admin.register(Schedule)
class ScheduleAdmin(KeepsWhatIsUsed):
    form = ScheduleForm
    list_display = ("name", "time_zone", "now", "used_by")
    search_fields = ("name",)
    inlines = (HoursInline, ExceptionInline)
    readonly_fields = ("now", "preview")
    fieldsets = (
        (None, {"fields": ("name", "time_zone")}),
        ("What it comes to", {"fields": ("now", "preview")}),
    )
    instead = "Give it another schedule first."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Schedule]:
        whole: QuerySet[Schedule] = super().get_queryset(request)
        return whole.prefetch_related("hours", "exceptions", "queues")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.fieldsets[:1]

    def uses(self, row: Schedule) -> list[str]:
        return named("queue", row.queues.all())

    @admin.display(description="now")
    def now(self, schedule: Schedule) -> str:
        plan = plan_from(schedule)
        return "It cannot work: " + " ".join(found) if (found := problems(plan)) else said(plan)

    @admin.display(description="used by")
    def used_by(self, schedule: Schedule) -> str:
        return ", ".join(str(queue) for queue in schedule.queues.all()) or "no queue"

    @admin.display(description="next 14 days")
    def preview(self, schedule: Schedule) -> str | SafeString:
        plan = plan_from(schedule)
        if problems(plan):
            return "As soon as it can work."
        labels = {one.date: one.label for one in schedule.exceptions.all() if one.label}
        today = timezone.now().astimezone(ZoneInfo(plan.time_zone)).date()
        days = (today + timedelta(day) for day in range(PREVIEW_DAYS))
        rows = ((f"{day:%a} {day.day} {day:%b}", hours_of(plan, day, labels)) for day in days)
        listed = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", rows)
        return format_html('<dl class="kv">{}</dl>', listed)


def said(plan: Plan) -> str:
    now = timezone.now()
    return f"{sentence(plan, now)} ({now.astimezone(ZoneInfo(plan.time_zone)):%a %H:%M} there)"


def hours_of(plan: Plan, day: date, labels: dict[date, str]) -> str:
    spans = ", ".join(str(span) for span in spans_of(plan, day)) or "closed"
    return f"{spans} ({labels[day]})" if day in labels else spans
