"""Messages of callers: to be heard here, given back, and done."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agents.admin.display import NOTHING, moment, person
from calls.admin import badges
from calls.admin.calls import shown_number
from calls.admin.work.base import Acts, WorkAdmin
from calls.models import Voicemail
from calls.selectors import voicemails_of
from calls.services import voicemails
from contactcenter.durations import length
from contactcenter.errors import Refused

State = Voicemail.State
ACTS = {State.NEW: ["finish"], State.CLAIMED: ["give_back", "finish"]}
BUTTONS = {"give_back": "Give it back", "finish": "It is done"}
NO_WORK = {
    State.RECORDING: "It is not there yet.",
    State.EMPTY: "Nothing was said.",
    State.DONE: "It is done already.",
}


@admin.register(Voicemail)
class VoicemailAdmin(WorkAdmin):
    list_display = (
        *("caller", "queue", "began", "lasts", "shown_state", "shown_agent", "of_call"),
    )
    list_filter = ("state", ("queue", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("call", "queue", "agent__user")
    date_hierarchy = "began_at"
    ordering = ("-began_at",)
    actions = ("give_back", "finish")
    fields = (
        *("caller", "queue", "began", "lasts", "sound", "shown_state", "shown_agent"),
        *("over", "of_call"),
    )
    nothing = "Nobody has left a message."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Voicemail]:
        return (
            super().get_queryset(request).filter(id__in=voicemails_of(person(request)).values("id"))
        )

    def acts_on(self, row: Voicemail) -> Acts:
        return [(name, BUTTONS[name]) for name in ACTS.get(State(row.state), [])]

    def named(self, row: Voicemail) -> str:
        return f"Message from {self.caller(row)}"

    @admin.action(description="Give the selected messages back", permissions=["decide"])
    def give_back(self, request: HttpRequest, queryset: QuerySet[Voicemail]) -> None:
        """A colleague went home with it: anybody may look after it again."""
        self.decide(request, list(queryset), give_back, "Given back")

    @admin.action(description="The selected messages are done", permissions=["decide"])
    def finish(self, request: HttpRequest, queryset: QuerySet[Voicemail]) -> None:
        self.decide(request, list(queryset), finish, "Done")

    @admin.display(description="from", ordering="number")
    def caller(self, voicemail: Voicemail) -> str:
        return shown_number(voicemail.number, "withheld")

    @admin.display(description="began", ordering="began_at")
    def began(self, voicemail: Voicemail) -> str:
        return moment(voicemail.began_at)

    @admin.display(description="length", ordering="duration")
    def lasts(self, voicemail: Voicemail) -> str:
        return NOTHING if voicemail.duration is None else length(voicemail.duration)

    @admin.display(description="state", ordering="state")
    def shown_state(self, voicemail: Voicemail) -> SafeString:
        return badges.voicemail_state(voicemail)

    @admin.display(description="who has it", ordering="agent__user__first_name")
    def shown_agent(self, voicemail: Voicemail) -> str:
        return str(voicemail.agent or NOTHING)

    @admin.display(description="message")
    def sound(self, voicemail: Voicemail) -> str | SafeString:
        if not voicemail.audio:
            return "Its sound is not there."
        return format_html(
            '<audio controls preload="none" src="{}" aria-label="{}"></audio>',
            reverse("voicemail-audio", args=[voicemail.pk]),
            self.named(voicemail),
        )

    @admin.display(description="done", ordering="settled_at")
    def over(self, voicemail: Voicemail) -> str:
        return moment(voicemail.settled_at)


def give_back(voicemail: Voicemail) -> None:
    """As whoever had it would. If somebody else has it by now, it is left to them."""
    if voicemail.state != State.CLAIMED or voicemail.agent_id is None:
        raise Refused("Nobody has it.")
    voicemails.release(voicemail_id=voicemail.pk, agent_id=voicemail.agent_id, now=timezone.now())


def finish(voicemail: Voicemail) -> None:
    if why := NO_WORK.get(State(voicemail.state)):
        raise Refused(why)
    voicemails.finish(voicemail_id=voicemail.pk, agent_id=voicemail.agent_id, now=timezone.now())
