"""Texts put together so that each keeps its meaning, and names as values."""

import re
from collections.abc import Iterable

from gallery.search.language.errors import QueryError
from gallery.search.language.nodes import Or, fields
from gallery.search.language.parsing import parse
from gallery.search.language.vocabulary import Vocabulary

_PLAIN = re.compile(r"[\w.+/@#&-]+\Z")


def joined(texts: Iterable[str], vocabulary: Vocabulary) -> str:
    """One query that means all of `texts`: what would reach into its neighbour is parenthesised."""
    kept = [text.strip() for text in texts if text.strip(" ,\t\r\n")]
    if len(kept) == 1:
        return kept[0]
    last = len(kept) - 1
    return " ".join(_closed(text, vocabulary, index == last) for index, text in enumerate(kept))


def _closed(text: str, vocabulary: Vocabulary, is_last: bool) -> str:
    try:
        tree = parse(text, vocabulary)
    except QueryError:
        return text
    reaches = any(
        entry.kind.takes_words and field.span.end >= len(text.rstrip(" ,"))
        for field in fields(tree)
        if (entry := vocabulary.named(field.name))
    )
    if isinstance(tree, Or) or (reaches and not is_last):
        return f"({text})"
    return text if text.count('"') % 2 == 0 else f'{text}"'


def quoted(value: str) -> str:
    """`value` as it must stand after a keyword. Quotes cannot be said, but any sign in their place
    can."""
    value = value.replace('"', "?").strip()
    return value if _PLAIN.match(value) else f'"{value}"'


__all__ = ["joined", "quoted"]
