"""Marks images NSFW whose prompt has a word that the settings name.

Only ever adds the mark, and never where a person decided (`Image.is_nsfw_said`). Words match as the
search's do: whole, whatever their case, also in `(nude:1.2)`; several words are a phrase.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from gallery import preferences
from gallery.models.prompts import SEPARATORS
from gallery.scanning.saving.copying import int_array

_APART = str.maketrans(SEPARATORS, " " * len(SEPARATORS))
_PHRASE = "phraseto_tsquery('simple', %s)"
_MARK = """
UPDATE gallery_image AS image SET is_nsfw = true
FROM gallery_prompt AS prompt
WHERE image.id = ANY(%s::bigint[]) AND NOT image.is_nsfw AND NOT image.is_nsfw_said
    AND prompt.id = image.prompt_id AND prompt.words @@ (SELECT {query})
RETURNING image.id
"""


def mark(cursor: Any, ids: Iterable[int]) -> list[int]:
    """Of these images, whose rows the caller has locked or just written; those that it marked."""
    words = preferences.get(preferences.NSFW_WORDS)
    if not words:
        return []
    query = " || ".join([_PHRASE] * len(words))
    texts = [word.translate(_APART) for word in words]
    cursor.execute(_MARK.format(query=query), [int_array(ids), *texts])
    return sorted(pk for (pk,) in cursor.fetchall())


def undecided_with(words: Sequence[str]) -> Q:
    """The images that `mark` would mark."""
    if not words:
        return Q(pk__in=())
    phrases = [
        SearchQuery(word.translate(_APART), config="simple", search_type="phrase") for word in words
    ]
    return Q(is_nsfw=False, is_nsfw_said=False, prompt__words=reduce(or_, phrases))
