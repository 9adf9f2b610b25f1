"""Rows that others need are not deleted; the admin says which they are, and what to do instead."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest

from contactcenter.lists import listed


class KeepsWhatIsUsed(admin.ModelAdmin):
    """Asks `uses` before anything is deleted, one row or many.

    Cheaper than to let the database refuse: what protects a queue may be a million calls.
    """

    instead = ""

    def uses(self, row: Any) -> list[str]:
        """What needs this row, such as "queue Sales"; nothing: it may be deleted."""
        raise NotImplementedError

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        kept = [
            f"{row} cannot be deleted: needed by {listed(uses)}. {self.instead}".strip()
            for row in objs
            if (uses := self.uses(row))
        ]
        return ([], {}, set(), kept) if kept else super().get_deleted_objects(objs, request)


def flows_with(is_meant: Callable[[dict[str, Any]], bool]) -> list[str]:
    """The flows whose live version has such a node: graphs name queues, agents and skills."""
    live = apps.get_model("ivr.FlowVersion")._default_manager.filter(is_live=True)
    return [
        str(version.flow)
        for version in live.select_related("flow")
        if any(is_meant(node) for node in version.graph["nodes"].values())
    ]
