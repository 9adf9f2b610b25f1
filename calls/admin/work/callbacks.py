"""Callers who asked to be called: who waits for it, and what became of it."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString

from agents.admin.display import NOTHING, clock, moment, person
from calls.admin import badges
from calls.admin.calls import shown_number
from calls.admin.work.base import Acts, WorkAdmin
from calls.models import Callback
from calls.selectors import queues_of
from calls.services import callbacks

OPEN = (Callback.State.WAITING, Callback.State.CALLING)


@admin.register(Callback)
class CallbackAdmin(WorkAdmin):
    list_display = (
        *("caller", "of_queue", "shown_state", "tried", "next_try", "place", "asked_by_clock"),
        "of_call",
    )
    list_filter = ("state", ("entry__queue", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("call", "entry__queue")
    date_hierarchy = "asked_at"
    ordering = ("-asked_at",)
    actions = ("cancel",)
    fields = (
        *("caller", "of_queue", "asked", "place", "tried", "last_try", "next_try"),
        *("shown_state", "over", "of_call"),
    )
    nothing = "Nobody has asked to be called back."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Callback]:
        found = super().get_queryset(request)
        user = person(request)
        if user.is_superuser:
            return found
        return found.filter(entry__queue__in=queues_of(user).order_by().values("id"))

    def acts_on(self, row: Callback) -> Acts:
        return [("cancel", "Cancel this callback")] if row.state in OPEN else []

    def named(self, row: Callback) -> str:
        return f"Callback to {self.caller(row)}"

    @admin.action(description="Cancel the selected callbacks", permissions=["decide"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Callback]) -> HttpResponse | None:
        """Asked once more: nobody can ask these callers again."""
        chosen = list(queryset)
        if "confirmed" not in request.POST:
            return self._ask(request, chosen)
        who = person(request).get_username()
        self.decide(
            request,
            chosen,
            lambda row: callbacks.cancel(callback_id=row.pk, actor=who, now=timezone.now()),
            "Cancelled",
        )
        return None

    def _ask(self, request: HttpRequest, chosen: list[Callback]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Cancel callbacks",
            "opts": self.opts,
            "chosen": [(row, self.named(row)) for row in chosen if row.state in OPEN],
            "over": [self.named(row) for row in chosen if row.state not in OPEN],
        }
        return TemplateResponse(request, "admin/calls/work/cancel.html", context)

    @admin.display(description="number", ordering="number")
    def caller(self, callback: Callback) -> str:
        return shown_number(callback.number, NOTHING)

    @admin.display(description="queue", ordering="entry__queue__name")
    def of_queue(self, callback: Callback) -> str:
        return str(callback.entry.queue or NOTHING)

    @admin.display(description="asked for", ordering="asked_at")
    def asked(self, callback: Callback) -> str:
        return moment(callback.asked_at)

    @admin.display(description="asked for", ordering="asked_at")
    def asked_by_clock(self, callback: Callback) -> str:
        return clock(callback.asked_at)

    @admin.display(description="place in line since", ordering="entry__enqueued_at")
    def place(self, callback: Callback) -> str:
        return moment(callback.entry.enqueued_at)

    @admin.display(description="tries", ordering="tries")
    def tried(self, callback: Callback) -> str:
        queue = callback.entry.queue
        return f"{callback.tries} of {queue.callback_tries}" if queue else str(callback.tries)

    @admin.display(description="last try")
    def last_try(self, callback: Callback) -> str:
        return callback.last_result.replace("_", " ").capitalize() or NOTHING

    @admin.display(description="next try", ordering="entry__retry_at")
    def next_try(self, callback: Callback) -> str:
        if callback.state != Callback.State.WAITING:
            return "now" if callback.state == Callback.State.CALLING else NOTHING
        later = callback.entry.retry_at
        is_later = later is not None and later > timezone.now()
        return f"from {clock(later)}" if is_later else "when it is their turn"

    @admin.display(description="state", ordering="state")
    def shown_state(self, callback: Callback) -> SafeString:
        return badges.callback_state(callback)

    @admin.display(description="over since", ordering="settled_at")
    def over(self, callback: Callback) -> str:
        return moment(callback.settled_at)
