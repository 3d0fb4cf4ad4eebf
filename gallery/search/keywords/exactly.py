"""One checkpoint or LoRA and no other that is called alike: what the dashboard's bars lead to.

`model:` and `lora:` find whatever may be meant: names alike but for case, files of that name, every
checkpoint of a graph. These find what one name in the list of models counts, and take its number
(`#12`) where a name cannot be typed.
"""

import re
from dataclasses import dataclass

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from gallery.models import Collection, Image, ImageResource, Resource
from gallery.search.conditions import NEVER, Condition, Indexed, Plain, any_of
from gallery.search.keywords import suggestions
from gallery.search.keywords.made import GROUP
from gallery.search.keywords.registry import Context, Keyword
from gallery.search.keywords.resources import MOST_NAMES
from gallery.search.keywords.texts import between, matching
from gallery.search.language.errors import Expected
from gallery.search.language.kinds import Interval, Name, Pattern, Weighted
from gallery.search.language.kinds.base import OneWord
from gallery.search.scopes import of_uses

_NUMBERED = re.compile(r"#(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Numbered:
    pk: int
    weight: Interval | None


class NumberedUse(OneWord):
    """`#12`, `#12@0.5-1`."""

    expected = "a number like #12, perhaps with a weight like #12@0.5-1"

    def read(self, text: str) -> Numbered:
        read = Weighted().read(text)
        found = _NUMBERED.fullmatch(read.name.text)
        if not found:
            raise Expected(self.expected)
        return Numbered(int(found[1]), read.weight)


def _main(value: Pattern, context: Context) -> Condition:
    found = _NUMBERED.fullmatch(value.text) if value.how == "equals" else None
    named = Resource.objects.filter(kind=Resource.Kind.CHECKPOINT)
    if found and not named.filter(matching("name", value)).exists():
        return Indexed(any_of("checkpoint_id", [int(found[1])]))
    ids = list(named.filter(matching("name", value)).values_list("pk", flat=True)[:MOST_NAMES])
    return Indexed(any_of("checkpoint_id", ids)) if ids else NEVER


def _used(value: Numbered, context: Context) -> Condition:
    uses = Q(resource=value.pk)
    if value.weight is None:
        return of_uses(uses)
    weighted = ImageResource.objects.annotate(said=Coalesce(F("weight"), 1.0)).filter(
        uses & between("said", value.weight, is_real=True)
    )
    return of_uses(Q(pk__in=weighted.values("pk")))


def _checkpoints(typed: str, collection: Collection) -> list[suggestions.Suggestion]:
    named = Resource.objects.filter(kind=Resource.Kind.CHECKPOINT, name__icontains=typed)
    return suggestions.counted(named, "name", Image.objects.all(), "checkpoint")


KEYWORDS = (
    Keyword(
        "main_model",
        Name("a checkpoint", is_whole=True),
        "whose main checkpoint is called exactly so, refiners and others aside",
        ("main_model:dreamshaper_8", "has:main_model"),
        GROUP,
        _main,
        ("main model", "main checkpoint"),
        lambda context: Plain(Q(checkpoint__isnull=False)),
        _checkpoints,
    ),
    Keyword(
        "resource",
        NumberedUse(),
        "made with the checkpoint, LoRA or other file of this number, as the dashboard links it",
        ("resource:#12", "resource:#12@0.5-1"),
        GROUP,
        _used,
    ),
)
