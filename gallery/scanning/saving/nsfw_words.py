"""Marks images NSFW whose prompt has a word that the settings name.

Only ever adds the mark, and never where a person decided (`Image.is_nsfw_said`). Words match as the
search's do: whole, whatever their case, also in `(nude:1.2)`; several words are a phrase.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from gallery import preferences
from gallery.models.prompts import SEPARATORS
from gallery.scanning.saving.copying import int_array

_QUERY = "(SELECT {})"
_PHRASE = "phraseto_tsquery('simple', %s)"
_UNDECIDED = "NOT image.is_nsfw AND NOT image.is_nsfw_said"
_MARK = """
UPDATE gallery_image AS image SET is_nsfw = true
FROM gallery_prompt AS prompt
WHERE image.id = ANY(%s::bigint[]) AND {undecided}
    AND prompt.id = image.prompt_id AND prompt.words @@ {query}
"""
_FIND = """
SELECT image.id FROM gallery_prompt AS prompt JOIN gallery_image AS image
    ON image.prompt_id = prompt.id
WHERE prompt.words @@ {query} AND {undecided}
"""


def mark(cursor: Any, ids: Iterable[int]) -> int:
    """Of these images, whose rows the caller has locked or just written; how many it marked."""
    words = preferences.get(preferences.NSFW_WORDS)
    if not words:
        return 0
    query, params = _query(words)
    cursor.execute(_MARK.format(undecided=_UNDECIDED, query=query), [int_array(ids), *params])
    return int(cursor.rowcount)


def find(cursor: Any, words: Sequence[str]) -> None:
    """Leaves `cursor` at the ids that `mark` would mark in all of the library."""
    query, params = _query(words)
    cursor.execute(_FIND.format(undecided=_UNDECIDED, query=query), params)


def _query(words: Sequence[str]) -> tuple[str, list[str]]:
    apart = str.maketrans(SEPARATORS, " " * len(SEPARATORS))
    said = " || ".join([_PHRASE] * len(words))
    return _QUERY.format(said), [word.translate(apart) for word in words]
