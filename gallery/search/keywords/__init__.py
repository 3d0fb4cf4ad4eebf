"""What the query bar understands: one `Keyword` each, gathered by what they speak of."""

from gallery.search.keywords import (
    dates,
    exactly,
    families,
    files,
    made,
    marks,
    nodes,
    people,
    places,
    presence,
    resources,
    seeds,
    sizes,
    states,
    words,
)
from gallery.search.keywords.registry import Context, Keyword, Suggestion, register, vocabulary

OURS: tuple[Keyword, ...] = (
    *words.KEYWORDS,
    *resources.KEYWORDS,
    *exactly.KEYWORDS,
    *made.KEYWORDS,
    *seeds.KEYWORDS,
    *sizes.KEYWORDS,
    *nodes.KEYWORDS,
    *marks.KEYWORDS,
    *people.KEYWORDS,
    *places.KEYWORDS,
    *dates.KEYWORDS,
    *files.KEYWORDS,
    *families.KEYWORDS,
    *states.KEYWORDS,
    *presence.KEYWORDS,
)

__all__ = ["OURS", "Context", "Keyword", "Suggestion", "register", "vocabulary"]
