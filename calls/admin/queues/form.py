"""The form of a queue: what cannot work is refused, with the reason beside the field."""

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.core.exceptions import ValidationError
from django.utils import timezone

from agents.models import Agent
from calls import configuration, screen_pop
from ivr.models import Schedule
from ivr.schedules import is_open, next_change, problems
from ivr.selectors import plan_from

NONE_TO_CHOOSE = "An outcome is required, but there is none to choose: choose some, or untick it."

OUTLASTING = {
    "prefer_last_agent_seconds": "one who is kept for their last agent is offered to nobody else.",
    "choices_every_seconds": "until then they are never asked.",
}


class QueueForm(forms.ModelForm):
    """Agents are chosen from a list; what else their assignment holds is kept."""

    members = forms.ModelMultipleChoiceField(
        Agent.objects.none(),
        required=False,
        label="Agents",
        widget=FilteredSelectMultiple("agents", is_stacked=False),
    )

    def clean_schedule(self) -> Schedule | None:
        schedule: Schedule | None = self.cleaned_data["schedule"]
        if schedule:
            plan, now = plan_from(schedule), timezone.now()
            if found := problems(plan):
                raise ValidationError(f"{schedule} cannot work. {' '.join(found)}")
            if not is_open(plan, now) and next_change(plan, now) is None:
                raise ValidationError(f"{schedule} does not open again in the next 400 days.")
        return schedule

    def clean_music_url(self) -> str:
        url: str = self.cleaned_data["music_url"]
        if url:
            _check(configuration.music_problem(url, public_url=settings.PUBLIC_URL))
        return url

    def clean_survey_question(self) -> str:
        """One sentence: it is spoken, and a line break would only be a pause."""
        return " ".join(str(self.cleaned_data["survey_question"]).split())

    def clean_screen_pop_url(self) -> str:
        url: str = self.cleaned_data["screen_pop_url"]
        _check(screen_pop.problem(url) if url else "")
        return url

    def clean_announce_every_seconds(self) -> int:
        seconds: int = self.cleaned_data["announce_every_seconds"]
        _check(configuration.interval_problem(seconds))
        return seconds

    def clean_choices_every_seconds(self) -> int:
        seconds: int = self.cleaned_data["choices_every_seconds"]
        _check(configuration.interval_problem(seconds))
        return seconds

    def clean(self) -> None:
        super().clean()
        if "choices_every_seconds" in self.cleaned_data:
            self._refuse("choices_every_seconds", self._choices_problem())
        if "announce_every_seconds" in self.cleaned_data:
            self._refuse("announce_every_seconds", self._announcing_problem())
        for name, what in OUTLASTING.items():
            self._refuse(name, self._outlasting_problem(name, what))
        given = self.cleaned_data
        if given.get("is_disposition_required") and not given.get("dispositions"):
            self._refuse("is_disposition_required", NONE_TO_CHOOSE)

    def _choices_problem(self) -> str:
        return configuration.choices_problem(
            self.cleaned_data["choices_every_seconds"],
            callback=bool(self.cleaned_data.get("offers_callback")),
            message=bool(self.cleaned_data.get("offers_voicemail")),
        )

    def _announcing_problem(self) -> str:
        words = ("announces_position", "announces_wait", "comfort_messages")
        return configuration.announcing_problem(
            self.cleaned_data["announce_every_seconds"],
            has_words=any(self.cleaned_data.get(name) for name in words),
        )

    def _outlasting_problem(self, name: str, what: str) -> str:
        seconds, longest = (self.cleaned_data.get(one) for one in (name, "max_wait_seconds"))
        if name in self.errors or seconds is None or longest is None:
            return ""
        return configuration.outlasting_problem(seconds, longest_wait=longest, what=what)

    def _refuse(self, field: str, problem: str) -> None:
        if problem:
            self.add_error(field, problem)


def _check(problem: str) -> None:
    if problem:
        raise ValidationError(problem)
