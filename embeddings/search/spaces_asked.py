"""In which spaces a question is asked: those that a person names, else those of its keywords."""

from collections.abc import Iterable, Mapping

from dtoolkit.core.errors import BadInput
from embeddings.spaces import ALIASES, SPACES

_DEFAULTS: Mapping[str, Mapping[str, float]] = {
    "similar": {"clip_h": 1.0},
    "looks": {"clip_h": 1.0},
    "like": {"prompt": 1.0, "caption": 1.0},
}


def named(numbers: Mapping[str, float], what: str) -> dict[str, float]:
    """By the spaces' own names. Raises `BadInput` at a name that no space has."""
    found = {ALIASES.get(name, name): number for name, number in numbers.items()}
    for name in found:
        if name not in SPACES:
            raise BadInput(f"{what}: there is no space {name}. There are {', '.join(SPACES)}.")
    return found


def usual(keywords: Iterable[str]) -> dict[str, float]:
    """The weights where nobody says any."""
    weights: dict[str, float] = {}
    for keyword in keywords:
        weights |= _DEFAULTS[keyword]
    return {name: weights[name] for name in SPACES if name in weights}


def of_keyword(keyword: str) -> frozenset[str]:
    """Where its own examples speak unless a person names spaces."""
    return frozenset(_DEFAULTS[keyword])
