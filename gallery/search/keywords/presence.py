"""Whether an image has anything of what another keyword finds."""

from gallery.search.conditions import Condition, Not
from gallery.search.keywords import registry
from gallery.search.keywords.registry import Context, Keyword
from gallery.search.language.errors import Expected
from gallery.search.language.kinds.base import OneWord

GROUP = "What you said"


class KeywordName(OneWord):
    expected = "the name of a keyword, like rating or lora,"

    def read(self, text: str) -> str:
        entry = registry.vocabulary().named(text)
        if entry is None or registry.every()[entry.name].is_there is None:
            raise Expected(self.expected)
        return entry.name


def _has(value: str, context: Context) -> Condition:
    is_there = registry.every()[value].is_there
    assert is_there is not None  # noqa: S101 - KeywordName has looked
    return is_there(context)


def _has_none(value: str, context: Context) -> Condition:
    return Not(_has(value, context))


KEYWORDS = (
    Keyword(
        "has", KeywordName(), "that have any of it", ("has:lora", "has:caption|tag"), GROUP, _has
    ),
    Keyword(
        "no", KeywordName(), "that have none of it", ("no:rating", "no:prompt"), GROUP, _has_none
    ),
)
