"""Links for walls: made, shown once, and revoked."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agents.admin.display import badge, moment
from agents.models import Team
from agents.selectors import team_ids_of
from calls.models import WallLink
from calls.services import walls

ONCE = "This is the link. Open it on the screen now, for it is never shown again: <code>{}</code>"


@admin.register(WallLink)
class WallLinkAdmin(admin.ModelAdmin):
    list_display = ("name", "team", "created", "created_by", "used", "standing")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("team",)
    search_fields = ("name",)
    actions = ("revoke",)
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "team"),
                "description": "Whoever has the link sees queues and first names without logging "
                "in, and can change nothing. Revoke it when the screen is gone.",
            },
        ),
    )
    facts = ("team", "created", "created_by", "used", "standing")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return ((None, {"fields": ("name", *self.facts)}),) if obj else self.fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.facts if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[WallLink]:
        """Operators have all; others those of the teams they look after."""
        links: QuerySet[WallLink] = super().get_queryset(request)
        user: Any = request.user
        return links if user.is_superuser else links.filter(team__in=team_ids_of(user))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        user: Any = request.user
        if field is not None and db_field.name == "team" and not user.is_superuser:
            field.queryset = Team.objects.filter(id__in=team_ids_of(user))
            field.required = True
        return field

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Links are revoked; what they showed, and when, stays known."""
        return False

    def save_model(self, request: HttpRequest, obj: WallLink, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["name"])
            return
        actor = request.user.get_username()
        link, token = walls.make(
            name=obj.name, team_id=obj.team_id, actor=actor, now=timezone.now()
        )
        obj.pk, obj.digest = link.pk, link.digest
        address = request.build_absolute_uri(reverse("floor-wall", args=[token]))
        self.message_user(request, format_html(ONCE, address), messages.WARNING)

    @admin.action(description="Revoke the selected links", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[WallLink]) -> None:
        now = timezone.now()
        ended = [one for one in queryset if walls.revoke(link_id=one.pk, now=now)]
        for one in ended:
            self.log_change(request, one, "Revoked.")
        self.message_user(request, f"{len(ended)} revoked. Their screens go dark within seconds.")

    @admin.display(description="made", ordering="created_at")
    def created(self, link: WallLink) -> str:
        return moment(link.created_at)

    @admin.display(description="last used", ordering="last_used_at")
    def used(self, link: WallLink) -> str:
        return moment(link.last_used_at)

    @admin.display(description="state", ordering="revoked_at")
    def standing(self, link: WallLink) -> SafeString:
        if link.revoked_at:
            return badge(f"Revoked {moment(link.revoked_at)}", "x-circle", "danger")
        return badge("In use", "check-circle", "ok")
