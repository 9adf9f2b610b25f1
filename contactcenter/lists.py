"""Lists of things, for people."""

from collections.abc import Iterable

NAMED = 3  # so many are named, more are counted


def named(kind: str, names: Iterable[object]) -> list[str]:
    """ "queue Sales" for each; from the fourth on only how many there are."""
    known = [str(name) for name in names]
    if len(known) > NAMED:
        return [f"{len(known)} {kind}s"]
    return [f"{kind} {name}" for name in known]


def listed(things: list[str]) -> str:
    """ "one", "one and two", "one, two and three"."""
    return " and ".join(filter(None, [", ".join(things[:-1]), *things[-1:]]))
