"""Why a space cannot be asked, in words, and the page on which that can be changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse

from dtoolkit.inference import specs
from embeddings.spaces import SPACES
from gallery.search.rankings import Unrankable


@dataclass(frozen=True, slots=True)
class Missing:
    """`said` is a sentence; of a network what its loader said, where it was tried."""

    what: Literal["network", "broken", "vectors", "vector", "meaning"]
    said: str

    @property
    def place(self) -> tuple[str, str]:
        """The way out as the verb and the name of the page."""
        if self.what in {"network", "broken"}:
            return "See the networks", "networks"
        return "See what is embedded", "embeddings"


def network(space: str) -> Missing:
    return Missing("network", f"{title(space)} is not installed.")


def broken(space: str, said: str) -> Missing:
    return Missing("broken", said)


def nothing_embedded(space: str) -> Missing:
    return Missing("vectors", f"Nothing is embedded in {SPACES[space].title} yet.")


def not_embedded(space: str, what: str) -> Missing:
    return Missing("vector", f"{what} has no vector in {SPACES[space].title} yet.")


def only_looks(space: str) -> Missing:
    """Of a picture that was given: no text belongs to it."""
    return Missing("meaning", f"A picture has no {SPACES[space].title.lower()} to compare.")


def title(space: str) -> str:
    return specs.get(SPACES[space].network).title


def unrankable(reasons: Mapping[str, Missing]) -> Unrankable:
    """`reasons` by space, the most wanted first."""
    space, reason = next(iter(reasons.items()))
    verb, page = reason.place
    size = f"{specs.get(SPACES[space].network).size_mb / 1000:.1f} GB"
    sentence = _SENTENCES[reason.what].format(compares=SPACES[space].compares, size=size)
    return Unrankable(reason.said, sentence, verb, reverse(page))


_SENTENCES = {
    "network": "It has {size}, or point to your copy. Until then nothing finds images {compares}; "
    "all else works.",
    "broken": "Until that is mended nothing finds images {compares}; all else works.",
    "vectors": "Vectors are made once per image or text; then this finds images {compares}.",
    "vector": "It gets one when the images are embedded; then this finds images {compares}.",
    "meaning": "Give the space Looks a weight: that one compares pictures.",
}
