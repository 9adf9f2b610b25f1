"""API keys: made, shown once, and revoked. The key itself is kept nowhere."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agents import keys
from agents.admin.display import badge, moment
from agents.models import ApiKey

ONCE = "This is the key. Copy it now, for it is never shown again: <code>{}</code>"


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    list_display = ("name", "user", "begins", "is_read_only", "created", "used", "standing")
    list_filter = ("is_read_only", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__username")
    autocomplete_fields = ("user",)
    actions = ("revoke",)
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "user", "is_read_only"),
                "description": "A program that has the key may do what its user may, so give it a "
                "user of its own with no more rights than it needs.",
            },
        ),
    )
    facts = ("user", "is_read_only", "begins", "created", "used", "standing")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return ((None, {"fields": ("name", *self.facts)}),) if obj else self.fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.facts if obj else ()

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["name"])
            return
        key = keys.make(user=obj.user, name=obj.name, is_read_only=obj.is_read_only)
        made = ApiKey.objects.filter(user=obj.user, name=obj.name).latest("id")
        obj.pk, obj.prefix = made.pk, made.prefix
        self.message_user(request, format_html(ONCE, key), messages.WARNING)

    @admin.action(description="Revoke the selected keys", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        now = timezone.now()
        ended = [one for one in queryset if keys.revoke(key_id=one.pk, now=now)]
        for one in ended:
            self.log_change(request, one, "Revoked.")
        self.message_user(
            request, f"{len(ended)} revoked. Programs that use them are let in no more."
        )

    @admin.display(description="begins with", ordering="prefix")
    def begins(self, key: ApiKey) -> str:
        return f"{key.prefix}…"

    @admin.display(description="made", ordering="created_at")
    def created(self, key: ApiKey) -> str:
        return moment(key.created_at)

    @admin.display(description="last used", ordering="last_used_at")
    def used(self, key: ApiKey) -> str:
        return moment(key.last_used_at)

    @admin.display(description="state", ordering="revoked_at")
    def standing(self, key: ApiKey) -> SafeString:
        if key.revoked_at:
            return badge(f"Revoked {moment(key.revoked_at)}", "x-circle", "danger")
        return badge("In use", "check-circle", "ok")
