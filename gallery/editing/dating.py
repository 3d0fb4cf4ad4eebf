"""When an image was made, as its name, its folders or its metadata say: pure.

Names are read from the day on (`2024-05-03`, `20240503_142501`), in the order that sorts; numbers
that may as well be a seed are none.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any

_DAY = r"(19[89]\d|20\d\d)([-_.:]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])"
_CLOCK = (
    r"(?:[-_ T@,.]{1,3}(?:at )?|(?<=\d))"
    r"([01]\d|2[0-3])(?:([-_.:h])([0-5]\d)(?:[-_.:m]([0-5]\d))?|([0-5]\d)([0-5]\d))"
)
_MOMENT = re.compile(rf"(?<!\d){_DAY}(?:{_CLOCK})?(?!\d)")
_ZONE = re.compile(r"\s*(?:(Z)|([+-])(\d\d):?(\d\d))\s*$")
# Keys of records and of facts, best first.
_KEYS = (
    *("datetimeoriginal", "datetimedigitized", "createdate", "datecreated", "creation time"),
    *("generated on", "created on", "date", "datetime"),
)
_MOST_CHARS = 100


def of_path(path: str, zone: tzinfo) -> datetime | None:
    """As its name says, else as the nearest of its folders does."""
    for part in reversed(path.split("/")):
        if (found := _in(part, zone)) is not None:
            return found
    return None


def of_records(records: Iterable[Mapping[str, Any]], zone: tzinfo) -> datetime | None:
    """Of what the file carries; `key` may have a prefix, as XMP's have."""
    pairs = ((str(record["key"]).rpartition(":")[2], str(record["text"])) for record in records)
    return of_facts(pairs, zone)


def of_facts(facts: Iterable[Iterable[str]], zone: tzinfo) -> datetime | None:
    """Of pairs of label and value."""
    best: tuple[int, datetime] | None = None
    for label, value in (tuple(fact) for fact in facts):
        name = label.lower()
        if name not in _KEYS or len(value) > _MOST_CHARS:
            continue
        rank = _KEYS.index(name)
        if (best is None or rank < best[0]) and (found := _told(value, zone)) is not None:
            best = rank, found
    return best[1] if best else None


def _told(text: str, zone: tzinfo) -> datetime | None:
    if (found := _in(text.strip(), zone)) is not None:
        return found
    with suppress(ValueError, TypeError, OverflowError):
        moment = parsedate_to_datetime(text)
        if 1980 <= moment.year <= 2099:
            return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return None


def _in(text: str, zone: tzinfo) -> datetime | None:
    found = _MOMENT.search(text)
    if found is None:
        return None
    year, _, month, day, hour, _, minute, second, minute_too, second_too = found.groups()
    own = _ZONE.search(text, found.end()) if hour else None
    try:
        return datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or minute_too or 0),
            int(second or second_too or 0),
            tzinfo=_own(own) if own else zone,
        )
    except ValueError:  # the 31st of February
        return None


def _own(found: re.Match[str]) -> tzinfo:
    if found[1]:
        return UTC
    way = -1 if found[2] == "-" else 1
    return timezone(way * timedelta(hours=min(int(found[3]), 23), minutes=min(int(found[4]), 59)))
