"""Lengths of time, for people."""


def length(seconds: float) -> str:
    """112 → "1:52", 3723 → "1:02:03"."""
    minutes, rest = divmod(max(int(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
