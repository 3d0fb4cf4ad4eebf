"""Texts set, added to, searched through and replaced in.

A person's regular expression may take for ever and a replacement may grow without end, so both run
in the database, which can be stopped at any moment and is told how large a result may get.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

from django.db import DataError, connection

from dtoolkit.core.errors import BadInput
from gallery.actions import texts
from gallery.search.estimates import TooSlow, time_limit

How = Literal["set", "before", "after", "replace", "own"]
MOST_PATTERN_CHARS = 500
LIMIT_MS = 20_000
# As people know them from elsewhere; PostgreSQL calls the edges of words otherwise.
_EDGES = {r"\b": r"\y", r"\B": r"\Y"}
_ESCAPE = re.compile(r"\\.|\[\^?\]?(?:[^\]\\]|\\.)*\]?", re.DOTALL)
_GROUP = re.compile(r"\\(.)", re.DOTALL)

# How long each result may get is told before it is made.
_REPLACE = """
SELECT CASE WHEN length(text) + length(%(with)s) * regexp_count(text, %(find)s, 1, %(flags)s)
            + %(groups)s * length(text) <= %(most)s
    THEN regexp_replace(text, %(find)s, %(with)s, 1, 0, %(flags)s) END
FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS given (text, place) ORDER BY place
"""


@dataclass(frozen=True, slots=True)
class TextChange:
    """`between` stands between what was there and what is added; `find` is plain words unless
    `is_pattern`."""

    how: How
    text: str = ""
    find: str = ""
    is_pattern: bool = False
    is_exact: bool = False
    between: str = ""

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**stored)

    def stored(self) -> dict[str, Any]:
        return asdict(self)


def check(change: TextChange) -> None:
    """Raises `BadInput` that says what is wrong."""
    if change.how == "replace":
        if not change.find:
            raise BadInput("Say what to search for.")
        if len(change.find) > MOST_PATTERN_CHARS:
            raise BadInput(f"What is searched for has at most {MOST_PATTERN_CHARS} characters.")
        if change.is_pattern:
            _replaced(change, [""], LIMIT_MS)
    elif change.how in {"before", "after"} and not change.text:
        raise BadInput("Say what to add.")


def rewritten(
    change: TextChange, given: Sequence[str], limit_ms: int = LIMIT_MS
) -> list[str | None]:
    """Each text as it would be; None of those that would grow too long, which stay as they are.

    Raises `BadInput` where the regular expression means nothing or takes too long.
    """
    if change.how == "replace":
        found = _replaced(change, given, limit_ms)
    else:
        found = [_added(change, text) for text in given]
    return [_fitting(text) for text in found]


def _added(change: TextChange, text: str) -> str:
    if change.how == "set" or not text:
        return change.text
    if change.how == "before":
        return change.text + change.between + text
    return text + change.between + change.text


def _fitting(text: str | None) -> str | None:
    return text.strip() if text is not None and len(text) <= texts.MOST_CHARS else None


def _replaced(change: TextChange, given: Sequence[str], limit_ms: int) -> list[str | None]:
    values = {
        "find": _find(change),
        "with": _with(change),
        "flags": "c" if change.is_exact else "i",
        "groups": len(_GROUP.findall(change.text)) if change.is_pattern else 0,
        "most": 2 * texts.MOST_CHARS,
        "texts": list(given),
    }
    try:
        with time_limit(limit_ms), connection.cursor() as cursor:
            cursor.execute(_REPLACE, values)
            return [text for (text,) in cursor.fetchall()]
    except TooSlow as error:
        raise BadInput(
            "That regular expression takes too long on these texts. Make it simpler: no + or * "
            "inside another."
        ) from error
    except DataError as error:
        reason = str(error.__cause__ or error).partition("\n")[0]
        raise BadInput(f"That is no regular expression: {_why(reason)}.") from error


def _why(reason: str) -> str:
    return reason.removeprefix("invalid regular expression: ")[:200]


def _find(change: TextChange) -> str:
    if not change.is_pattern:
        # A literal string to the end, whatever is in it.
        return f"***={change.find}"
    edged = _ESCAPE.sub(lambda found: _EDGES.get(found[0], found[0]), change.find)
    return f"***:{edged}"


def _with(change: TextChange) -> str:
    if not change.is_pattern:
        return change.text.replace("\\", r"\\")
    return _GROUP.sub(lambda found: r"\&" if found[1] == "0" else found[0], change.text)
