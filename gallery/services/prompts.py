"""The unique texts of a collection, with how many images each made: by number, age or alphabet,
page by page, never counted further than a page needs."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

from dtoolkit.core import pagination
from dtoolkit.core.errors import BadInput
from gallery.models import Collection, Image, Prompt
from gallery.search import fulltext, language
from gallery.search.estimates import TooSlow, time_limit
from gallery.search.language import QueryError, Vocabulary
from gallery.services.ranking import fetch, place

PAGE_SIZE = 60
_NO_KEYWORDS = Vocabulary(())
_NO_SIGNS = str.maketrans("()|", "   ")
_WORD = re.compile(r"\w+")
_LIMIT_MS = 2500
_ALPHABET_CHARS = 80

# {column} is prompt_id or negative_prompt_id. Where there is one collection alone, the column's
# index has all that is asked; {ours} says which images are meant where there are several.
_MOST_USED = """
SELECT {column} AS id, count(*) AS many FROM gallery_image
WHERE {column} IS NOT NULL {ours} {matching}
GROUP BY {column} {beyond} ORDER BY many DESC, id DESC LIMIT %(limit)s
"""
_BY_TEXT = """
SELECT prompt.id, {value} AS place FROM gallery_prompt AS prompt
WHERE EXISTS (SELECT FROM gallery_image WHERE {column} = prompt.id {ours}) {matching} {beyond}
ORDER BY {order} LIMIT %(limit)s
"""
_COUNTS = """
SELECT {column}, count(*) FROM gallery_image
WHERE {column} = ANY(%(ids)s::bigint[]) {ours} GROUP BY {column}
"""
_AMONG = (
    "AND {column} IN (SELECT id FROM gallery_prompt WHERE words @@ to_tsquery('simple', %(words)s))"
)
_FEWER = "HAVING (count(*), {column}) < (%(value)s::bigint, %(id)s::bigint)"
_TEXT = "lower(left(prompt.text, %(chars)s))"
_KINDS: dict[str, type] = {"count": int, "newest": type(None), "text": str}
# What a place is, what lies behind one, and the order.
_ORDERS = {
    "newest": ("NULL", "AND prompt.id < %(id)s::bigint", "prompt.id DESC"),
    "text": (
        _TEXT,
        f"AND ({_TEXT}, prompt.id) > (%(value)s, %(id)s::bigint)",
        f"{_TEXT}, prompt.id",
    ),
}


@dataclass(frozen=True)
class Line:
    prompt: Prompt
    count: int


@dataclass(frozen=True)
class PromptPage:
    """`is_ordered` is False where the order asked for took too long and the newest came instead."""

    lines: Sequence[Line]
    cursor: str
    is_ordered: bool = True


@dataclass(frozen=True)
class PromptQuery:
    """Fields are named as their parameters; `of` is empty or `negative`."""

    SORTS: ClassVar = ("count", "newest", "text")

    q: str = ""
    of: str = ""
    sort: str = "count"

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Self:
        """Raises `BadInput` that says what was expected."""
        query = cls(
            q=fulltext.clean(params.get("q", "")),
            of=params.get("of", ""),
            sort=params.get("sort") or "count",
        )
        if query.of not in {"", "negative"}:
            raise BadInput("of is negative, or left out.")
        if query.sort not in cls.SORTS:
            raise BadInput("sort is count, newest or text.")
        return query

    def querystring(self, **changes: str) -> str:
        changed = dataclasses.asdict(dataclasses.replace(self, **changes))
        kept = {name: value for name, value in changed.items() if value and value != "count"}
        return "?" + urlencode(kept)

    @property
    def column(self) -> str:
        return "negative_prompt_id" if self.of else "prompt_id"

    @property
    def parameter(self) -> str:
        """Of the library, which shows the images of one."""
        return "negative_prompt" if self.of else "prompt"

    def page(self, collection: Collection, after: str = "") -> PromptPage:
        """Raises `BadInput` where it takes too long to tell."""
        sort = self.sort
        start = place(after, _KINDS[sort]) if after else None
        try:
            with time_limit(_LIMIT_MS):
                rows = self._rows(collection, sort, start)
        except TooSlow:
            if sort == "newest" or after:
                raise BadInput("That takes too long here. Narrow it by words.") from None
            newest = dataclasses.replace(self, sort="newest").page(collection)
            return dataclasses.replace(newest, is_ordered=False, cursor="")
        shown = rows[:PAGE_SIZE]
        cursor = ""
        if len(rows) > PAGE_SIZE:
            pk, value = shown[-1]
            cursor = pagination.encode_cursor([value, pk])
        counts = (
            dict(shown) if sort == "count" else self.counts(collection, [pk for pk, _ in shown])
        )
        return PromptPage(lines([pk for pk, _ in shown], counts), cursor)

    def counts(self, collection: Collection, ids: Sequence[int]) -> dict[int, int]:
        """Images of each, those that wait for deletion or are not there now included."""
        statement = _COUNTS.format(column=self.column, ours=_ours(collection))
        return dict(fetch(statement, {"ids": list(ids), "collection": collection.pk}))

    def _rows(self, collection: Collection, sort: str, start: tuple[Any, int] | None) -> list[Any]:
        value, pk = start or (None, None)
        values = {
            "collection": collection.pk,
            "limit": PAGE_SIZE + 1,
            "value": value,
            "id": pk,
            "chars": _ALPHABET_CHARS,
        }
        terms = _terms(self.q)
        if terms:
            values["words"] = terms
        elif fulltext.says_something(self.q):
            return []
        parts = {"column": self.column, "ours": _ours(collection)}
        if sort == "count":
            parts["matching"] = _AMONG.format(column=self.column) if terms else ""
            parts["beyond"] = _FEWER.format(column=self.column) if start else ""
            return fetch(_MOST_USED.format(**parts), values)
        parts["matching"] = "AND prompt.words @@ to_tsquery('simple', %(words)s)" if terms else ""
        shown, behind, parts["order"] = _ORDERS[sort]
        parts["value"], parts["beyond"] = shown, behind if start else ""
        return fetch(_BY_TEXT.format(**parts), values)


def lines(ids: Sequence[int], counts: Mapping[int, int]) -> list[Line]:
    found = Prompt.objects.defer("words").in_bulk(ids)
    return [Line(found[pk], counts.get(pk, 0)) for pk in ids if pk in found]


def images_of(collection: Collection, ids: Sequence[int], query: PromptQuery) -> Any:
    """The visible images of these prompts."""
    visible = Image.objects.in_collection(collection).visible()
    return visible.filter(**{f"{query.parameter}__in": ids})


def _terms(text: str) -> str | None:
    """Of words as the query bar knows them; whatever else is typed here only separates."""
    plain = text.translate(_NO_SIGNS) if text.count('"') % 2 == 0 else text.replace('"', " ")
    try:
        return fulltext.tsquery(language.parse(plain, _NO_KEYWORDS))
    except QueryError:
        return fulltext.tsquery(language.parse(" ".join(_WORD.findall(text)), _NO_KEYWORDS))


def _ours(collection: Collection) -> str:
    alone = not Collection.objects.exclude(pk=collection.pk).exists()
    return "" if alone else "AND collection_id = %(collection)s"
