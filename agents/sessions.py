"""Whether log-ins still stand, for sockets that outlive the requests that opened them."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from agents.models import User


def logged_in(*, session_keys: Collection[str | None], now: datetime) -> set[str]:
    """Those of these sessions whose user has not logged out, changed the password, or been
    switched off."""
    standing = Session.objects.filter(session_key__in=session_keys, expire_date__gt=now)
    kept = {session.session_key: session.get_decoded() for session in standing}
    user_ids = {int(content[SESSION_KEY]) for content in kept.values() if SESSION_KEY in content}
    users = {str(user.id): user for user in User.objects.filter(id__in=user_ids, is_active=True)}
    return {
        key
        for key, content in kept.items()
        if (user := users.get(content.get(SESSION_KEY, "")))
        and _knows_password(user, content.get(HASH_SESSION_KEY, ""))
    }


def _knows_password(user: User, kept: str) -> bool:
    """Whether the session was opened with the password that the user has today."""
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(kept, one) for one in hashes)
