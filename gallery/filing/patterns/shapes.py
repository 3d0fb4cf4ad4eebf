"""How a value is written into a name, and what may be asked of it behind the colon. Pure."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from dtoolkit.core.errors import BadInput
from gallery.filing import names

# What one value takes of a name at most, unless the person says how much.
MOST_CHARS = 80
_MOST_WORDS = 30
_WORDS_AT_FIRST = 6
_DIRECTIVES = frozenset("aAbBdHIjmMpSUVuWwyYG%")
_DAY = "%Y-%m-%d"
_NUMBER = re.compile(r"(0?\d{1,2})?(?:\.(\d))?", re.ASCII)
# What prompts hold besides words: networks, weights, escapes.
_NO_WORDS = re.compile(r"<[^<>]{0,200}>|:\s*[\d.]+|[\\()\[\]{}]|\bBREAK\b")
_WORD = re.compile(r"[^\W_](?:[\w'\u2019-]*[^\W_])?")

# From a value and what stands behind the colon to the text of a name.
Shape = Callable[[Any, str], str]


def text(value: str, spec: str) -> str:
    most, shaped = MOST_CHARS, value
    if spec in {"lower", "upper"}:
        shaped = value.lower() if spec == "lower" else value.upper()
    elif spec:
        most = _whole(spec, 200, "how many characters, like {checkpoint:20}, or lower or upper")
    return names.safe(shaped)[:most].strip(" .")


def words(value: str, spec: str) -> str:
    """The first words."""
    many = _whole(spec, _MOST_WORDS, "how many words, like {prompt:5}") if spec else _WORDS_AT_FIRST
    found = []
    for match in _WORD.finditer(_NO_WORDS.sub(" ", value[:4000])):
        found.append(match[0])
        if len(found) == many:
            break
    return names.safe(" ".join(found))[: 2 * MOST_CHARS].strip(" .")


def number(value: Any, spec: str) -> str:
    """`:5` fills up with zeros, `:.1` rounds."""
    found = _NUMBER.fullmatch(spec)
    if found is None or int(found[1] or 0) > 20:
        raise BadInput("Behind the colon of a number stands how long it is, like {n:4}, or .1.")
    if found[2] is not None:
        shaped = f"{float(value):.{found[2]}f}"
    else:
        shaped = f"{value:g}" if isinstance(value, float) else str(int(value))
    return shaped.zfill(int(found[1] or 0))


def moment(value: datetime, spec: str) -> str:
    """`%Y/%m` are two folders."""
    spec = spec or _DAY
    used = set(re.findall(r"%(.?)", spec, re.DOTALL))
    if unknown := sorted(used - _DIRECTIVES):
        raise BadInput(f"%{unknown[0]} is no part of a date. There are %Y %m %d %H %M %S and such.")
    if not used:
        raise BadInput("Behind the colon of a date stands its form, like {created:%Y-%m}.")
    return "/".join(names.safe(part) for part in value.strftime(spec).split("/"))


def plain(value: Any, spec: str) -> str:
    if spec:
        raise BadInput("Nothing can stand behind the colon there.")
    return str(value)


def levels(value: str, spec: str) -> str:
    """Of a path: `:2` the first two folders, `:-1` the last one."""
    parts = value.split("/")
    if spec:
        wanted = _whole(spec.removeprefix("-"), 20, "how many folders, like {folder:1} or -1")
        parts = parts[-wanted:] if spec.startswith("-") else parts[:wanted]
    return "/".join(parts)


def _whole(spec: str, most: int, said: str) -> int:
    if not (spec.isascii() and spec.isdigit() and len(spec) < 4 and 1 <= int(spec) <= most):
        raise BadInput(f"Behind the colon stands {said}; at most {most}.")
    return int(spec)
