"""Families: what belongs together with one image, and what an image is of another."""

from django.db.models import Exists, OuterRef, Q

from gallery.families.roles import ROLES
from gallery.models import Kin, Stacked
from gallery.search.conditions import Condition, Elsewhere, Indexed, Plain
from gallery.search.keywords.registry import Context, Keyword
from gallery.search.language.errors import Expected
from gallery.search.language.kinds import Choice
from gallery.search.language.kinds.base import OneWord

GROUP = "Families"


class ImageNumber(OneWord):
    """As it stands in the address of an image's page."""

    expected = "the number of an image"

    def read(self, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise Expected(self.expected)
        return int(text)


def _with(column: str, pk: int) -> Condition:
    """It itself, and whoever is in its stack."""
    number = Stacked.objects.filter(pk=pk).values_list(column, flat=True).first()
    if number is None:
        return Indexed(Q(pk=pk))
    rows = Stacked.objects.filter(**{column: number})
    return Elsewhere(rows.values_list("pk", flat=True), Q(**{f"stacked__{column}": number}))


def _is_in(column: str) -> Condition:
    rows = Stacked.objects.exclude(**{column: None})
    return Plain(Q(Exists(rows.filter(image=OuterRef("pk")))))


def _has_role(role: str, context: Context) -> Condition:
    rows = Kin.objects.filter(role=role)
    walked = Q(Exists(rows.filter(image=OuterRef("pk"))))
    return Elsewhere(rows.values_list("image", flat=True), walked)


KEYWORDS = (
    Keyword(
        "versions", ImageNumber(), "that are versions of the same picture as this image",
        ("versions:1234", "has:versions"), GROUP,
        lambda value, context: _with("version", value), ("version", "stack", "stacked"),
        lambda context: _is_in("version"),
    ),
    Keyword(
        "idea", ImageNumber(), "that are one idea with this image: its siblings",
        ("idea:1234", "no:idea"), GROUP,
        lambda value, context: _with("idea", value), ("siblings", "family"),
        lambda context: _is_in("idea"),
    ),
    Keyword(
        "made_as", Choice({role: role for role in ROLES}), "that were made so from another one",
        ("made_as:upscaled", "made_as:inpaint|img2img"), GROUP,
        _has_role, ("role", "made as"),
        lambda context: Plain(Q(Exists(Kin.objects.filter(image=OuterRef("pk"))))),
        choices=ROLES,
    ),
)  # fmt: skip
