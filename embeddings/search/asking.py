"""What is asked for by meaning, as data: examples, spaces with weights, floors, an order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors = Mapping[str, npt.NDArray[np.float32]]

Fusion = Literal["sum", "rank"]
MOST_HITS = 1000


@dataclass(frozen=True)
class Example:
    """One thing that results should be like (or unlike, where `is_unlike`), by space name.

    `image_id` is the image that it is, which is left out of the results.
    """

    label: str
    vectors: "Vectors"
    is_unlike: bool = False
    image_id: int | None = None


@dataclass(frozen=True)
class Ask:
    """`weights` by space name, -1 to 1: below 0 results are to be far in that space ("same
    composition, other subject"). `floors` are the least similarities, by space name.

    Examples without a vector in a space do not count there. `is_grouped` keeps the best image of
    each prompt; images without a prompt stand for themselves. `is_cut` leaves out what matches too
    little beside the best.
    """

    examples: tuple[Example, ...]
    weights: Mapping[str, float]
    floors: Mapping[str, float] = field(default_factory=dict)
    fusion: Fusion = "sum"
    is_grouped: bool = True
    is_cut: bool = True
    limit: int = MOST_HITS


@dataclass(frozen=True, slots=True)
class Hit:
    """`parts` are its similarities (cosine, -1 to 1) by space; `more` how many images of the same
    prompt stand behind it in a grouped answer."""

    image_id: int
    score: float
    parts: Mapping[str, float]
    more: int = 0


@dataclass(frozen=True)
class Ranking:
    """Best first, of equals the highest id. `verdict` is 'none' where even the best hit is no
    better than chance; `hits` are then those hits all the same, so that a person may look. `plans`
    says by space how candidates were found: 'exact' or 'index'."""

    hits: tuple[Hit, ...]
    verdict: Literal["good", "none"]
    plans: Mapping[str, str]
