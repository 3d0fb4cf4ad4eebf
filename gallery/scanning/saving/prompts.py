"""Unique texts of prompts and negative prompts: found by digest, the unknown ones added."""

from collections.abc import Iterable
from typing import Any

import xxhash

from gallery.metadata import GenerationParameters
from gallery.scanning import cleaning

# In order of digest, so that two scans that meet the same texts cannot wait for each other.
_INSERT = """
INSERT INTO gallery_prompt (digest, text)
SELECT digest, text FROM unnest(%s::uuid[], %s::text[]) AS found (digest, text) ORDER BY digest
ON CONFLICT (digest) DO NOTHING
"""
_FIND = """
SELECT n, id FROM unnest(%s::uuid[]) WITH ORDINALITY AS found (digest, n)
JOIN gallery_prompt USING (digest)
"""


def ids(cursor: Any, made: Iterable[GenerationParameters]) -> dict[str, int | None]:
    """Ids by text as read; None for those that say nothing."""
    read = {text for each in made for text in (each.prompt, each.negative_prompt)}
    return ids_of(cursor, read)


def ids_of(cursor: Any, read: set[str]) -> dict[str, int | None]:
    """Of texts, whoever wrote them; None for those that say nothing."""
    kept = {text: cleaning.text(text).strip() for text in read}
    digests = {text: _digest(text) for text in kept.values() if text}
    known = _find(cursor, digests) if digests else {}
    missing = {text: digest for text, digest in digests.items() if text not in known}
    if missing:
        cursor.execute(_INSERT, [_array(missing.values()), list(missing)])
        known |= _find(cursor, missing)
    return {text: known.get(kept_text) for text, kept_text in kept.items()}


def _find(cursor: Any, digests: dict[str, str]) -> dict[str, int]:
    texts = list(digests)
    cursor.execute(_FIND, [_array(digests.values())])
    return {texts[n - 1]: pk for n, pk in cursor.fetchall()}


def _digest(text: str) -> str:
    """As `Prompt.digest` has it, in hexadecimal."""
    return xxhash.xxh3_128_hexdigest(text.encode())


def _array(digests: Iterable[str]) -> str:
    return "{" + ",".join(digests) + "}"
