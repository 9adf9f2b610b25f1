"""API keys: log-ins of programs. Each is shown once; what is kept of it opens nothing."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.crypto import constant_time_compare

from agents.models import ApiKey, User

NOTED_EVERY = timedelta(minutes=1)  # a busy program must not write with each request
PREFIX = "cc_"
PREFIX_LENGTH = 11  # with its eight random letters: it names the key, and is no secret


def make(*, user: User, name: str, is_read_only: bool = False) -> str:
    """A new key with this user's rights. Nobody can find out the key again later."""
    prefix = PREFIX + secrets.token_hex(4)
    key = f"{prefix}_{secrets.token_urlsafe(32)}"
    ApiKey.objects.create(
        user=user, name=name, prefix=prefix, digest=_digest(key), is_read_only=is_read_only
    )
    return key


def find(key: str, *, now: datetime) -> ApiKey | None:
    """The row of a key that stands: neither revoked, nor of a user who is switched off.

    That it was used is noted in it.
    """
    standing = ApiKey.objects.filter(revoked_at=None, user__is_active=True).select_related("user")
    row = standing.filter(prefix=key[:PREFIX_LENGTH]).first()
    # Compared against something in any case, so that the time taken tells nothing.
    if not constant_time_compare(_digest(key), row.digest if row else ""):
        return None
    if row and (row.last_used_at is None or row.last_used_at < now - NOTED_EVERY):
        long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
        ApiKey.objects.filter(long_ago, id=row.id).update(last_used_at=now)
    return row


def revoke(*, key_id: int, now: datetime) -> bool:
    """End a key for good. False when it was ended already."""
    return bool(ApiKey.objects.filter(id=key_id, revoked_at=None).update(revoked_at=now))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
