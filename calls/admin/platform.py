"""What we asked of Vonage, and what it told us."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agents.admin.display import NOTHING, ReadOnlyAdmin, moment, person
from calls.admin import badges
from calls.models import Instruction, Leg, VonageEvent
from calls.selectors import calls_of


@admin.register(VonageEvent)
class VonageEventAdmin(ReadOnlyAdmin):
    list_display = ("received", "kind", "status", "uuid", "replied", "error")
    list_filter = ("kind", "reply_status", ("error", admin.EmptyFieldListFilter))
    search_fields = ("=uuid", "path")
    search_help_text = "A leg's uuid, or part of the path."
    date_hierarchy = "received_at"
    ordering = ("-id",)
    fields = (
        *("received", "kind", "path", "uuid", "jti", "shown_body", "replied", "shown_reply"),
        "error",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[VonageEvent]:
        events = super().get_queryset(request)
        user = person(request)
        if user.is_superuser:
            return events
        legs = Leg.objects.filter(call__in=calls_of(user).order_by().values("id"))
        return events.filter(uuid__in=legs.exclude(uuid=None).values("uuid"))

    @admin.display(description="received", ordering="received_at")
    def received(self, event: VonageEvent) -> str:
        return moment(event.received_at)

    @admin.display(description="status")
    def status(self, event: VonageEvent) -> str:
        return status_of(event)

    @admin.display(description="reply", ordering="reply_status")
    def replied(self, event: VonageEvent) -> SafeString:
        return badges.reply_status(event.reply_status)

    @admin.display(description="body")
    def shown_body(self, event: VonageEvent) -> SafeString:
        return code(event.body)

    @admin.display(description="reply's body")
    def shown_reply(self, event: VonageEvent) -> SafeString:
        return SafeString(NOTHING) if event.reply is None else code(event.reply)


@admin.register(Instruction)
class InstructionAdmin(ReadOnlyAdmin):
    list_display = ("written", "of_call", "verb", "party", "shown_state", "tries", "due", "error")
    list_filter = ("state", "verb")
    list_select_related = ("call", "leg__agent__user")
    search_fields = ("=call__key", "=leg__uuid")
    search_help_text = "A call's key, or a leg's uuid."
    date_hierarchy = "written_at"
    ordering = ("-id",)
    fields = (
        *("of_call", "leg", "verb", "shown_state", "priority", "tries", "written", "due"),
        *("claimed_until", "settled", "error", "shown_body"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Instruction]:
        instructions = super().get_queryset(request)
        user = person(request)
        if user.is_superuser:
            return instructions
        return instructions.filter(call__in=calls_of(user).order_by().values("id"))

    @admin.display(description="written", ordering="written_at")
    def written(self, instruction: Instruction) -> str:
        return moment(instruction.written_at)

    @admin.display(description="due", ordering="due_at")
    def due(self, instruction: Instruction) -> str:
        return moment(instruction.due_at)

    @admin.display(description="settled", ordering="settled_at")
    def settled(self, instruction: Instruction) -> str:
        return moment(instruction.settled_at)

    @admin.display(description="call")
    def of_call(self, instruction: Instruction) -> SafeString:
        url = reverse("admin:calls_call_change", args=[instruction.call_id])
        return format_html('<a href="{}">{}</a>', url, instruction.call.key)

    @admin.display(description="leg")
    def party(self, instruction: Instruction) -> str:
        return party_of(instruction.leg)

    @admin.display(description="state", ordering="state")
    def shown_state(self, instruction: Instruction) -> SafeString:
        return badges.instruction_state(instruction)

    @admin.display(description="body")
    def shown_body(self, instruction: Instruction) -> SafeString:
        return code(instruction.body)


def party_of(leg: Leg) -> str:
    """Who is on the other end: an agent by name, everybody else by what they are."""
    return str(leg.agent) if leg.agent else leg.get_kind_display()


def status_of(event: VonageEvent) -> str:
    """Vonage's word in an event's body, if it is one."""
    status: Any = event.body.get("status") if isinstance(event.body, dict) else None
    return status if isinstance(status, str) else ""


def code(value: object) -> SafeString:
    """JSON as people read it."""
    return format_html('<pre class="code">{}</pre>', pretty(value))


def pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
