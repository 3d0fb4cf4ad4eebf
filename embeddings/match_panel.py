"""What stands above a ranked result: its examples, a slider a space, how good it is, how long it
took. Read only where a page shows it."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar
from uuid import UUID

from django.urls import reverse

from dtoolkit.core import paths
from embeddings.search import spaces_asked
from embeddings.search.asking import Ranking
from embeddings.search.questions import Question
from embeddings.spaces import SPACES
from gallery.media import thumbnails
from gallery.models import Image
from gallery.search.rankings import Asked, Term

_THUMBNAIL_PX = 192


@dataclass(frozen=True, slots=True)
class Chip:
    """An example: `without` and `turned` are addresses, the latter with like and unlike swapped."""

    label: str
    is_unlike: bool
    without: str
    turned: str
    src: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Slider:
    name: str
    title: str
    compares: str
    weight: float
    floor: float
    is_asked: bool

    @property
    def weight_said(self) -> str:
        return f"{self.weight:g}"

    @property
    def floor_said(self) -> str:
        return f"{self.floor:g}" if self.floor else ""


@dataclass(frozen=True)
class MatchPanel:
    asked: Asked
    question: Question
    ranking: Ranking
    timings: Mapping[str, float]

    template: ClassVar[str] = "meaning/_panel.html"
    # Parameters that the panel's own controls say.
    own: ClassVar[frozenset[str]] = frozenset(
        ("spaces", "floors", "fusion", "ungrouped", "nearest", "sort")
    )

    @cached_property
    def chips(self) -> list[Chip]:
        return list(self._chips())

    def _chips(self) -> Iterator[Chip]:
        terms = tuple(self.asked.terms)
        images = Image.objects.in_bulk([t.content for t in terms if isinstance(t.content, int)])
        slug = self.asked.collection.slug
        for index, term in enumerate(terms):
            before, after = terms[:index], terms[index + 1 :]
            turned = dataclasses.replace(term, is_unlike=not term.is_unlike)
            label, src, url = _said(term), "", ""
            if isinstance(term.content, UUID):
                src = reverse("probe", args=[slug, term.content])
            elif image := images.get(term.content):
                label = paths.display(image.name)
                src = thumbnails.url(image, _THUMBNAIL_PX)
                url = reverse("image", args=[slug, image.pk])
            yield Chip(
                label,
                term.is_unlike,
                self.asked.address((*before, *after)),
                self.asked.address((*before, turned, *after)),
                src,
                url,
            )

    @cached_property
    def sliders(self) -> list[Slider]:
        """Of all spaces, at what they count now."""
        named = spaces_asked.named(self.asked.wish.spaces, "spaces")
        usual = spaces_asked.usual(term.keyword for term in self.asked.terms)
        floors = spaces_asked.named(self.asked.wish.floors, "floors")
        at = named or {name: usual[name] for name in usual if name in self.question.ask.weights}
        return [
            Slider(
                name,
                space.title,
                space.compares,
                at.get(name, 0.0),
                floors.get(name, 0.0),
                name in self.question.ask.weights,
            )
            for name, space in sorted(SPACES.items(), key=lambda one: one[1].is_of_texts)
        ]

    @property
    def is_tuned(self) -> bool:
        wish = self.asked.wish
        return bool(wish.spaces or wish.floors or wish.fusion)

    @property
    def is_poor(self) -> bool:
        return self.ranking.verdict == "none"

    @property
    def is_by_rank(self) -> bool:
        return self.asked.wish.fusion == "rank"

    @property
    def took(self) -> str:
        """'encoded in 12 ms, found in 4 ms'; '' where it was kept."""
        encode, search = self.timings["encode"], self.timings["search"]
        if not search:
            return ""
        encoded = f"encoded in {encode:.0f} ms, " if encode >= 0.5 else ""
        return f"{encoded}found in {max(search, 1):.0f} ms"


def _said(term: Term) -> str:
    return "a picture" if isinstance(term.content, UUID) else str(term.content)
