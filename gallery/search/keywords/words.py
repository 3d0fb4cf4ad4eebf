"""What is said of an image: its prompts, its captions, its tags."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from gallery.models import Caption, Collection, ImageTag, Tag
from gallery.search import fulltext
from gallery.search.conditions import NEVER, Condition, Elsewhere, Plain
from gallery.search.keywords import suggestions
from gallery.search.keywords.registry import Context, Keyword
from gallery.search.keywords.texts import matching
from gallery.search.language.kinds import Name, Pattern, Words

GROUP = "Words"
_MOST_TAGS = 2000


def _prompted(value: Any, context: Context) -> Condition:
    return fulltext.condition(value, "prompt") or NEVER


def _negated(value: Any, context: Context) -> Condition:
    return fulltext.condition(value, "negative_prompt") or NEVER


def _captioned(value: str, context: Context) -> Condition:
    words = fulltext.of_text(value)
    return NEVER if words is None else _captions(Q(words=words))


def _captions(which: Q) -> Condition:
    rows = Caption.objects.filter(which).order_by()
    found = Q(Exists(rows.filter(image=OuterRef("pk"))))
    return Elsewhere(rows.values_list("image", flat=True), found)


def _tagged(value: Pattern, context: Context) -> Condition:
    """Blanks and underscores are the same; a tag that a person took away is not there."""
    named = matching("name", value)
    if value.how != "like":
        for text in (value.text.replace(" ", "_"), value.text.replace("_", " ")):
            named |= matching("name", Pattern(text, value.how))
    ids = list(Tag.objects.filter(named).values_list("pk", flat=True)[: _MOST_TAGS + 1])
    if not ids:
        return NEVER
    if len(ids) > _MOST_TAGS:
        return _tags(Q(tag__in=Tag.objects.filter(named)))
    return _tags(Q(tag__in=ids))


def _tags(which: Q) -> Condition:
    denied = ImageTag.objects.filter(
        image=OuterRef("image"), tag=OuterRef("tag"), is_denied=True
    ).order_by()
    rows = ImageTag.objects.filter(which & ~Q(Exists(denied)), is_denied=False).order_by()
    found = Q(Exists(rows.filter(image=OuterRef("pk"))))
    return Elsewhere(rows.values_list("image", flat=True), found)


def _known_tags(typed: str, collection: Collection) -> list[suggestions.Suggestion]:
    typed = typed.replace(" ", "_")
    named = Tag.objects.filter(name__istartswith=typed)
    if len(typed) > 2:
        named = Tag.objects.filter(
            Q(name__icontains=typed) | Q(name__icontains=typed.replace("_", " "))
        )
    return suggestions.counted(named, "name", ImageTag.objects.filter(is_denied=False), "tag")


KEYWORDS = (
    Keyword(
        "prompt", Words(takes_all=True), "whose prompt has these words, as words alone do",
        ("prompt: red fox", "has:prompt"), GROUP, _prompted, ("positive prompt", "positive"),
        lambda context: Plain(Q(prompt__isnull=False)),
    ),
    Keyword(
        "negative", Words(takes_all=True), "whose negative prompt has all the words that follow",
        ("negative: blurry, extra fingers",), GROUP, _negated, ("negative prompt",),
        lambda context: Plain(Q(negative_prompt__isnull=False)),
    ),
    Keyword(
        "tag", Name("a tag", is_whole=True), "that show this, by tags of sidecars, taggers and you",
        ("tag:fox", "tag:blue_*", 'tag:"looking at viewer"'), GROUP, _tagged, ("tags", "tagged"),
        lambda context: _tags(Q()), _known_tags,
    ),
    Keyword(
        "caption", Words(), "whose caption has these words",
        ("caption:fox", 'caption:"a red fox"', "caption:snow*"), GROUP, _captioned,
        ("captions",), lambda context: _captions(Q()),
    ),
)  # fmt: skip
