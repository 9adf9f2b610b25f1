"""Phone numbers as Vonage writes them, and as people read, hear and type them."""

import re

# What people write between digits; a no-break space or hyphen comes from copying a web page.
SEPARATORS = str.maketrans("", "", " \u00a0-\u2010\u2011\u2013.()[]")
DIGITS = re.compile(r"\+?(?:00)*([0-9]{3,15})")
LONGEST_WRITTEN = 64
SHORTEST_ABROAD = 7  # fewer digits, a service or an extension, have no country
# Where the 0 belongs to the number: Italy, San Marino, Côte d'Ivoire and Congo (ITU-T E.164).
KEEPS_ZERO = {"39", "378", "225", "242"}
# Country codes of one and two digits (ITU-T E.164 annex); every other code has three.
SHORT_CODES = {
    str(code)
    for code in (
        *(1, 7, 20, 27, *range(30, 35), 36, 39, 40, 41, *range(43, 50), *range(51, 59)),
        *(*range(60, 67), 81, 82, 84, 86, *range(90, 96), 98),
    )
}


def normal(number: object) -> str:
    """E.164 digits without '+': "+44 20 7946 0000" → "442079460000". "" is: not a number.

    A leading 00 is the '+' of many countries. The "(0)" of "+44 (0)20" is only said at home.
    """
    if not isinstance(number, str) or len(number) > LONGEST_WRITTEN:
        return ""
    match = DIGITS.fullmatch(number.replace("(0)", "").translate(SEPARATORS))
    return match[1] if match else ""


def without_trunk(number: str) -> str:
    """Without the digit that is only dialled at home: "+44 07700 900123" means 447700900123."""
    code = country_code(number)
    if code in KEEPS_ZERO:
        return number
    return code + number[len(code) :].lstrip("1" if code == "1" else "0")


def shown(number: str) -> str:
    """For people: "442079460000" → "+44 20 7946 0000". "" for what is not a number."""
    digits = normal(number)
    if not digits:
        return ""
    if len(digits) < SHORTEST_ABROAD:
        return "+" + digits
    code = country_code(digits)
    return " ".join(["+" + code, *_groups(code, digits[len(code) :])])


def spoken(number: str) -> str:
    """For the ear, in the groups of `shown`: "447700900123" → "4 4, 7 7 0 0, 9 0 0, 1 2 3"."""
    return ", ".join(" ".join(group) for group in shown(number).lstrip("+").split())


def typed(digits: str, *, called: str) -> str:
    """What somebody keyed in as a telephone number, in E.164. "" is: cannot be called.

    `called` is the number they have called: they may type one of the same country as at home.
    """
    code = country_code(called)
    if digits.startswith("0") and not digits.startswith("00"):
        digits = code + (digits if code in KEEPS_ZERO else digits[1:])
    elif (code, len(digits)) == ("1", 10):
        digits = code + digits
    found = normal(digits)
    return found if len(found) >= SHORTEST_ABROAD else ""


def country_code(digits: str) -> str:
    """Of a number in E.164: "442079460000" → "44". North America has one: 1."""
    return next((code for code in (digits[:1], digits[:2]) if code in SHORT_CODES), digits[:3])


def _groups(code: str, rest: str) -> list[str]:
    """As people write them in Britain and North America; elsewhere in threes."""
    if (code, len(rest)) == ("1", 10):
        return [rest[:3], rest[3:6], rest[6:]]
    if (code, len(rest)) == ("44", 10):
        return [rest[:2], rest[2:6], rest[6:]] if rest[0] == "2" else [rest[:4], *_threes(rest[4:])]
    return _threes(rest)


def _threes(digits: str) -> list[str]:
    """Three by three; a last single digit goes with the group before it."""
    groups = re.findall(r"\d{1,3}", digits)
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = ["".join(groups[-2:])]
    return groups
