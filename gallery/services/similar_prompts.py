"""Prompts that differ from one by few edits, however far away they were written.

Candidates share words with it, found by the full-text index with the rarest words first; of these
the distance is taken letter by letter, as a share of the longer text.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from rapidfuzz import process
from rapidfuzz.distance import Indel

from gallery.models import Collection, Prompt
from gallery.search.estimates import TooSlow, time_limit
from gallery.services.prompts import Line, PromptQuery, lines

LEAST, DEFAULT, MOST = 30, 80, 99
MOST_SHOWN = 60
_CANDIDATES = 3000
_CHARS = 2000  # compared from the beginning; what follows hardly ever tells prompts apart
_LIMIT_MS = 1200
_WORDS = 8

# How many prompts hold each word of it is told by the index's own statistics where it knows the
# word; what it does not know is rare.
_RAREST = """
WITH known AS (
    SELECT unnest(most_common_elems::text::text[]) AS word, unnest(most_common_elem_freqs) AS share
    FROM pg_stats WHERE tablename = 'gallery_prompt' AND attname = 'words'
        AND schemaname = current_schema())
SELECT own.word FROM (
    SELECT DISTINCT lexeme AS word FROM gallery_prompt, unnest(words)
    WHERE id = %(id)s AND length(lexeme) > 2) AS own
LEFT JOIN known ON known.word = own.word
ORDER BY coalesce(known.share, 0), length(own.word) DESC, own.word LIMIT %(many)s
"""
_SHARING = """
SELECT prompt.id, left(prompt.text, %(chars)s) FROM gallery_prompt AS prompt
WHERE prompt.words @@ %(query)s::tsquery AND prompt.id <> %(id)s
    AND length(prompt.text) BETWEEN %(shortest)s AND %(longest)s
LIMIT %(most)s
"""


@dataclass(frozen=True)
class Similar:
    """`similarity` in hundredths; 100 would be the same text."""

    line: Line
    similarity: int


def like(
    prompt: Prompt, collection: Collection, query: PromptQuery, at_least: int = DEFAULT
) -> list[Similar]:
    """The most similar first; those that made no image of the collection left out."""
    texts = _candidates(prompt, at_least)
    found = process.extract(
        prompt.text[:_CHARS],
        texts,
        scorer=Indel.normalized_similarity,
        score_cutoff=at_least / 100,
        limit=4 * MOST_SHOWN,
    )
    scores = {pk: score for _, score, pk in found}
    counts = query.counts(collection, list(scores)) if scores else {}
    used = [pk for pk in scores if counts.get(pk)][:MOST_SHOWN]
    return [Similar(line, int(scores[line.prompt.pk] * 100)) for line in lines(used, counts)]


def _candidates(prompt: Prompt, at_least: int) -> dict[int, str]:
    length = len(prompt.text)
    # Of texts that are so alike, the lengths are alike too.
    share = at_least / (200 - at_least)
    values: dict[str, Any] = {
        "id": prompt.pk,
        "many": _WORDS,
        "chars": _CHARS,
        "most": _CANDIDATES,
        "shortest": int(length * share),
        "longest": int(length / share) + 1,
    }
    try:
        with time_limit(_LIMIT_MS), connection.cursor() as cursor:
            cursor.execute(_RAREST, values)
            words = [word for (word,) in cursor.fetchall()]
            if not words:
                return {}
            quoted = [word.replace("\\", "\\\\").replace("'", "''") for word in words]
            values["query"] = " | ".join(f"'{word}'" for word in quoted)
            cursor.execute(_SHARING, values)
            return dict(cursor.fetchall())
    except TooSlow:
        return {}
