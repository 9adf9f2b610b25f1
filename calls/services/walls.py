"""Links that show the floor on a wall. Each is shown once; what is kept of it opens nothing."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import Q

from calls.errors import NoSuchWall
from calls.models import WallLink

NOTED_EVERY = timedelta(minutes=1)
BYTES = 32


def make(*, name: str, team_id: int | None, actor: str, now: datetime) -> tuple[WallLink, str]:
    """A new link, and its token. Nobody can find out the token again later."""
    token = secrets.token_urlsafe(BYTES)
    link = WallLink.objects.create(
        name=name, team_id=team_id, digest=_digest(token), created_by=actor, created_at=now
    )
    return link, token


def find(token: str, *, now: datetime) -> WallLink:
    """The link of this token, or NoSuchWall. That it was used is noted in it."""
    link = WallLink.objects.filter(digest=_digest(token), revoked_at=None).first()
    if link is None:
        raise NoSuchWall("This link does not show the floor, or not any more.")
    if link.last_used_at is None or link.last_used_at < now - NOTED_EVERY:
        long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
        WallLink.objects.filter(long_ago, id=link.id).update(last_used_at=now)
    return link


def revoke(*, link_id: int, now: datetime) -> bool:
    """End a link for good. False when it was ended already."""
    return bool(WallLink.objects.filter(id=link_id, revoked_at=None).update(revoked_at=now))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
