"""What callers leave behind, as rows."""

from django.core.files.base import ContentFile

from calls.models import Call, Callback, QueueEntry, Voicemail
from calls.states import CallState

SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt "


def a_call(at, *, state=CallState.ENDED, number="447700900001"):
    return Call.objects.create(
        key=f"{Call.objects.count():020}",
        direction="inbound",
        from_number=number,
        started_at=at,
        state=state,
        ended_at=at if state == CallState.ENDED else None,
    )


def message(queue, at, *, state="new", agent=None, sound=SOUND, ending="wav"):
    """A caller's message for a queue, with its sound."""
    left = Voicemail.objects.create(
        call=a_call(at),
        queue=queue,
        key=f"{Voicemail.objects.count():032}",
        number="447700900001",
        state=state,
        began_at=at,
        duration=7,
        agent=agent,
    )
    if sound:
        left.audio.save(f"x.{ending}", ContentFile(sound))
    return left


def callback(queue, at, *, state="waiting", retry_at=None, number="447700900005", **more):
    """A caller who asked to be called."""
    call = a_call(at, state=CallState.AWAITING_CALLBACK)
    entry = QueueEntry.objects.create(
        call=call,
        queue=queue,
        enqueued_at=at,
        give_up_at=at,
        offer_seconds=20,
        wrap_up_seconds=30,
        is_virtual=True,
        retry_at=retry_at,
        **more,
    )
    return Callback.objects.create(
        call=call, entry=entry, number=number, state=state, tries=1, asked_at=at
    )
