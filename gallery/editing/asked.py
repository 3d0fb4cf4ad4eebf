"""What a person filled in, made into what is to be done; each field may be left alone."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo

from dtoolkit.core.errors import BadInput
from gallery.actions import tags, texts, values
from gallery.editing import rewriting
from gallery.editing.rewriting import How, TextChange
from gallery.scanning import cleaning

Params = dict[str, Any]
DATE_HOWS = ("set", "shift", "name", "metadata", "own")
CLEAR = "none"
TEXT_PARTS = ("how", "text", "find", "with", "pattern", "exact")
TEXT_FIELDS = {"prompt": ", ", "negative_prompt": ", ", "note": "\n"}
FIELDS = (
    *(f"{name}_{part}" for name in TEXT_FIELDS for part in TEXT_PARTS),
    *("add_tags", "remove_tags", "rating"),
    *("date_how", "date_at", "date_days", "date_hours", "zone"),
)
_MOST_DAYS = 36_500
_YEARS = range(1900, 2201)


def params_of(given: Mapping[str, Any]) -> Params:
    """Raises `BadInput` that says what is wrong, or that nothing is asked."""
    asked: Params = {}
    for name, between in TEXT_FIELDS.items():
        if (change := _text(name, between, given)) is not None:
            asked[name] = change.stored()
    for act in ("add_tags", "remove_tags"):
        if str(given.get(act, "")).strip(" ,\n"):
            asked[act] = tags.names(str(given[act]))
    if both := set(asked.get("add_tags", ())) & set(asked.get("remove_tags", ())):
        raise BadInput(f"{tags.shown(sorted(both))} cannot be added and removed at once.")
    if rating := str(given.get("rating", "")):
        asked["rating"] = _rating(rating)
    if how := str(given.get("date_how", "")):
        asked["date"] = _date(how, given)
    if not asked:
        raise BadInput("Nothing is to be changed yet: fill in at least one field.")
    return asked


def _text(name: str, between: str, given: Mapping[str, Any]) -> TextChange | None:
    how = str(given.get(f"{name}_how", ""))
    if not how:
        return None
    if how not in get_args(How) or (name == "note" and how == "own"):
        raise BadInput(f"`{name}_how` is one of {', '.join(get_args(How))}, or empty.")
    is_replaced = how == "replace"
    text = str(given.get(f"{name}_{'with' if is_replaced else 'text'}", ""))
    # Blanks count where a part of a text is replaced.
    text = _plain(text) if is_replaced else texts.cleaned(text)
    change = TextChange(
        cast("How", how),
        text="" if how == "own" else text,
        find=_plain(str(given.get(f"{name}_find", ""))) if is_replaced else "",
        is_pattern=is_replaced and given.get(f"{name}_pattern") == "1",
        is_exact=is_replaced and given.get(f"{name}_exact") == "1",
        between=_between(between, how, text),
    )
    rewriting.check(change)
    return change


def _plain(text: str) -> str:
    text = cleaning.text(text).replace("\r\n", "\n")
    if len(text) > texts.MOST_CHARS:
        raise BadInput(f"This holds at most {texts.MOST_CHARS:,} characters.")
    return text


def _between(usual: str, how: str, text: str) -> str:
    """Nobody wants two commas where the person typed one."""
    if how == "before":
        return " " if text.endswith((",", ";", ".")) else usual
    return "" if text.startswith((",", ";", ".")) else usual


def _rating(text: str) -> int | None:
    if text == CLEAR:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 10):
        raise BadInput("A rating is a number from 1 to 10.")
    return int(text)


def _date(how: str, given: Mapping[str, Any]) -> dict[str, Any]:
    if how not in DATE_HOWS:
        raise BadInput(f"`date_how` is one of {', '.join(DATE_HOWS)}, or empty.")
    if how == "own":
        return {"how": how}
    if how == "shift":
        return {"how": how, "hours": _hours(given)}
    zone = zone_of(given)
    if how != "set":
        return {"how": how, "zone": zone.key}
    try:
        at = datetime.fromisoformat(str(given.get("date_at", "")).strip())
    except ValueError:
        raise BadInput("Type the date and the time, like 2024-05-03 14:30.") from None
    if at.year not in _YEARS:
        raise BadInput(f"A date is between {_YEARS[0]} and {_YEARS[-1]}.")
    return {"how": how, "at": values.spelled(at if at.tzinfo else at.replace(tzinfo=zone))}


def _hours(given: Mapping[str, Any]) -> float:
    hours = 24 * _number(given, "date_days") + _number(given, "date_hours")
    if not math.isfinite(hours) or abs(hours) > 24 * _MOST_DAYS:
        raise BadInput(f"Dates can be moved by {_MOST_DAYS:,} days at most.")
    if not hours:
        raise BadInput("Say by how many days or hours the date is to be moved.")
    # As a whole number of seconds: what is told is what is done.
    return timedelta(seconds=round(hours * 3600)).total_seconds() / 3600


def _number(given: Mapping[str, Any], name: str) -> float:
    text = str(given.get(name, "")).strip().replace(",", ".").replace("\N{MINUS SIGN}", "-")
    if not text:
        return 0.0
    try:
        return float(text[:20])
    except ValueError:
        raise BadInput("Days and hours are numbers, like 2 or -1.5.") from None


def zone_of(given: Mapping[str, Any]) -> ZoneInfo:
    """The clock that a person means. Raises `BadInput`."""
    name = str(given.get("zone", "")).strip() or "UTC"
    # A name that leads nowhere, or to a folder of names.
    try:
        return ZoneInfo(name[:100])
    except (OSError, ValueError, KeyError):
        raise BadInput("That is no time zone. They are called like Europe/Berlin or UTC.") from None
