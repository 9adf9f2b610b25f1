"""What a queue asks of its agents, and where callers go who cannot wait in it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.http import HttpRequest

from calls import configuration
from calls.configuration import Step
from calls.models import Overflow, Requirement
from calls.selectors.onward import Row, circle_through
from contactcenter.vonage import numbers
from ivr.models import Number

Target = Overflow.Target
NEEDS: dict[str, tuple[str, str]] = {
    Target.QUEUE: ("other_queue", "Choose the queue that callers are sent to."),
    Target.FLOW: ("flow", "Choose the flow that callers are sent to."),
    Target.NUMBER: ("number", "Write the number that is called for them."),
}
ROUND = (
    "Callers would go round in a circle: {}. Send them somewhere else, or let one of these queues "
    "send them to a message or hang up."
)


class OverflowForm(forms.ModelForm):
    number = forms.CharField(
        required=False,
        max_length=numbers.LONGEST_WRITTEN,
        help_text="With the country code, in any spelling: +44 20 7946 0000.",
        widget=forms.TextInput(attrs={"size": 14}),
    )

    class Meta:
        widgets = {"words": forms.TextInput(attrs={"size": 20})}

    def clean(self) -> None:
        """Keeps only what the chosen target uses."""
        super().clean()
        given = self.cleaned_data
        needed, words = NEEDS.get(given.get("target", ""), ("", ""))
        empty = {"other_queue": None, "flow": None, "number": ""}
        given.update({name: value for name, value in empty.items() if name != needed})
        if needed and not given.get(needed):
            self.add_error(needed, words)
        elif needed == "number":
            self._clean_number(given)
        elif needed == "other_queue" and given["other_queue"] == given.get("queue"):
            self.add_error(needed, "Callers cannot be sent to the queue that they leave.")

    def _clean_number(self, given: dict[str, Any]) -> None:
        digits = numbers.normal(given["number"])
        own = Number.objects.values_list("number", flat=True)
        if problem := configuration.number_problem(digits, own=own):
            self.add_error("number", problem)
        given["number"] = digits


class OverflowFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        if any(self.errors):
            return
        rows = filled(self.forms)
        reasons = [row["reason"] for row in rows]
        for reason in sorted({one for one in reasons if reasons.count(one) > 1}):
            label = Overflow.Reason(reason).label
            raise ValidationError(f"There are two ways for “{label}”. Delete one of them.")
        if self.instance.pk and (found := circle_through(self.instance.pk, [*map(_row, rows)])):
            raise ValidationError(ROUND.format(" → ".join(found)))
        super().clean()


def _row(row: dict[str, Any]) -> Row:
    queue, flow = row["other_queue"], row["flow"]
    return Row(row["reason"], row["target"], queue and queue.pk, flow and flow.pk)


class PlainInline(admin.TabularInline):
    """Without the icons that lead to other pages: a row has to fit the page."""

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        found = super().formfield_for_dbfield(db_field, request, **kwargs)
        if found and isinstance(found.widget, RelatedFieldWidgetWrapper):
            found.widget = found.widget.widget
        return found


class OverflowInline(PlainInline):
    model = Overflow
    form = OverflowForm
    formset = OverflowFormSet
    fk_name = "queue"
    extra = 0
    fields = ("reason", "target", "words", "other_queue", "number", "flow")
    verbose_name = "way"
    verbose_name_plural = "where callers go who cannot wait"


class RequirementFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        if any(self.errors):
            return
        steps = [
            Step(row["skill"].name, row["level"], row["until_seconds"])
            for row in filled(self.forms)
        ]
        if found := configuration.relaxing_problems(steps):
            raise ValidationError(found)
        super().clean()


class RequirementInline(PlainInline):
    model = Requirement
    formset = RequirementFormSet
    extra = 0
    fields = ("skill", "level", "until_seconds")
    verbose_name = "skill"
    verbose_name_plural = "skills that its calls need"


def filled(rows: list[Any]) -> list[dict[str, Any]]:
    """What the rows of a formset say that are neither empty nor to be deleted."""
    return [
        row.cleaned_data for row in rows if row.cleaned_data and not row.cleaned_data.get("DELETE")
    ]
