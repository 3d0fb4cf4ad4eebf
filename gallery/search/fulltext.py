"""Words of a query as one tsquery over prompts, which are fewer than images and looked at first.

Words are found whole, in any order; `fox*`, and the word that is being typed, also find words
that begin so, `"red fox"` the exact words in a row. What holds no word is left out.
"""

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from gallery.models.prompts import SEPARATORS, Prompt
from gallery.search import language
from gallery.search.conditions import Condition, Few, Indexed, Plain, any_of
from gallery.search.language import And, Node, Not, Or, Vocabulary, Word

FEW_PROMPTS = 2000
MAX_CHARS = 10_000
_MAX_WORD = 250  # PostgreSQL indexes no word above 2 KB and raises on longer ones in a query
_SHORTEST_PREFIX = 2
_TYPOGRAPHIC_QUOTES = str.maketrans("“”„«»", '"""""')
_NO_KEYWORDS = Vocabulary(())
_AS_INDEXED = str.maketrans(SEPARATORS, " " * len(SEPARATORS))


def clean(text: str) -> str:
    """`text` as it is kept in the URL: no NULs, no lone surrogates, not endless."""
    sound = text.replace("\0", " ").encode("utf-8", "replace").decode()
    return sound.translate(_TYPOGRAPHIC_QUOTES).strip()[:MAX_CHARS]


def says_something(text: str) -> bool:
    """False while only a sign is typed, like the minus before a word."""
    return bool(text.strip('-", ()|'))


def is_only_words(node: Node) -> bool:
    if isinstance(node, Not):
        return is_only_words(node.part)
    return isinstance(node, Word) or (
        isinstance(node, And | Or) and all(is_only_words(part) for part in node.parts)
    )


def condition(node: Node, column: str = "prompt") -> Condition | None:
    """Of images whose prompt (or negative prompt) is so; None where `node` holds no word."""
    source = tsquery(node)
    if source is None:
        return None
    words = _search(source)
    if _holds_for_no_words(node):
        return Plain(Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__words": words}))
    return Worded(words, column)


def of_words(text: str) -> SearchQuery | None:
    """Of a text without keywords; None where it holds no word."""
    source = tsquery(language.parse(clean(text), _NO_KEYWORDS))
    return None if source is None else _search(source)


def of_text(text: str) -> SearchQuery | None:
    """All words of `text` in a row."""
    words = _words(text)
    if not words:
        return None
    return _search(_term(words, text.endswith("*")))


class Worded:
    def __init__(self, words: SearchQuery, column: str) -> None:
        self._words = words
        self._column = column

    def where(self) -> Q:
        return Q(**{f"{self._column}__words": self._words})

    def few(self, limit: int) -> Few | None:
        prompts = Prompt.objects.filter(words=self._words).values_list("pk", flat=True)
        ids = list(prompts[: FEW_PROMPTS + 1])
        if len(ids) > FEW_PROMPTS:
            return None
        return Indexed(any_of(f"{self._column}_id", ids)).few(limit)


def tsquery(node: Node) -> str | None:
    """In the raw language of `to_tsquery`; None where no word is left."""
    if isinstance(node, Word):
        words = _words(node.text)
        return _term(words, node.is_prefix) if words else None
    if isinstance(node, Not):
        inner = tsquery(node.part)
        return None if inner is None else f"!({inner})"
    if isinstance(node, And | Or):
        parts = [part for part in map(tsquery, node.parts) if part is not None]
        sign = " & " if isinstance(node, And) else " | "
        return f"({sign.join(parts)})" if len(parts) > 1 else parts[0] if parts else None
    raise TypeError(node)


def _holds_for_no_words(node: Node) -> bool:
    """Whether it is true of an image without a prompt."""
    if isinstance(node, Not):
        return not _holds_for_no_words(node.part)
    if isinstance(node, And | Or):
        parts = [part for part in node.parts if tsquery(part) is not None]
        holds = [_holds_for_no_words(part) for part in parts]
        return all(holds) if isinstance(node, And) else any(holds)
    return False


def _search(source: str) -> SearchQuery:
    """Sent as one parameter."""
    return SearchQuery(source, config="simple", search_type="raw")


def _term(words: str, is_prefix: bool) -> str:
    quoted = words.replace("\\", "\\\\").replace("'", "''")
    is_prefix = (is_prefix or len(words) > _MAX_WORD) and len(words) >= _SHORTEST_PREFIX
    return f"'{quoted}'{':*' if is_prefix else ''}"


def _words(text: str) -> str:
    """`text` as the index read it; empty where nothing in it is a word."""
    words = [word[:_MAX_WORD] for word in text.translate(_AS_INDEXED).split()]
    return " ".join(word for word in words if any(char.isalnum() for char in word))
