"""What a person said of an image with a key, and what is so of it."""

from django.db.models import Q

from gallery.search.conditions import Condition, Plain, Walkable
from gallery.search.keywords.made import flag
from gallery.search.keywords.registry import Context, Keyword
from gallery.search.keywords.texts import between
from gallery.search.language.kinds import Flag, Interval, Number
from gallery.search.language.kinds.numbers import Missing

GROUP = "What you said"
_YES_NO = ("yes", "no")
BARE = Q(
    read_version__isnull=False,
    prompt__isnull=True,
    negative_prompt__isnull=True,
    checkpoint__isnull=True,
    seed__isnull=True,
    generator="",
)


def _rated(value: Interval | Missing, context: Context) -> Condition:
    clause = between("rating", value)
    if isinstance(value, Missing):
        return Plain(clause)
    return Walkable(Q(collection=context.collection) & clause)


def _mark(name: str, column: str, help_: str, *aliases: str) -> Keyword:
    def compile_(value: bool, context: Context) -> Condition:
        if not value:
            return Plain(Q(**{column: False}))
        return Walkable(Q(**{"collection": context.collection, column: True}))

    return Keyword(
        name, Flag(), help_, (f"{name}:", f"{name}:no"), GROUP, compile_, aliases,
        lambda context: compile_(True, context), choices=_YES_NO,
    )  # fmt: skip


KEYWORDS = (
    Keyword(
        "rating",
        Number(whole=True, lowest=1, highest=10),
        "rated so, from 1 to 10; none is unrated",
        ("rating:8", "rating:>=7", "rating:none", "rating:1-3"),
        GROUP,
        _rated,
        ("rated", "stars"),
        lambda context: _rated(Interval(low=1), context),
        choices=("none",),
    ),
    _mark("favourite", "is_favourite", "that are favourites", "favorite", "fave", "fav"),
    _mark("nsfw", "is_nsfw", "that are NSFW, also where the page hides them"),
    _mark("deletion", "is_for_deletion", "marked for deletion, wherever one looks",
          "for deletion", "delete", "to delete"),
    Keyword(
        "unavailable", Flag(), "whose file is not there now",
        ("unavailable:", "unavailable:no"), "The file",
        lambda value, context: Plain(Q(is_available=not value)), ("missing", "offline"),
        lambda context: Plain(Q(is_available=False)), choices=_YES_NO,
    ),
    Keyword(
        "nometa", Flag(), "that say nothing of how they were made", ("nometa:", "nometa:no"),
        "How it was made", flag(BARE), ("nometadata", "no metadata"),
        choices=_YES_NO,
    ),
)  # fmt: skip
