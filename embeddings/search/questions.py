"""What a query asks by meaning, as data; or why it cannot be asked."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from dtoolkit.core.errors import BadInput
from embeddings.search import missing, spaces_asked, stored
from embeddings.search.asking import MOST_HITS, Ask
from embeddings.search.examples import Examples
from embeddings.search.missing import Missing
from embeddings.services import weights
from embeddings.spaces import SPACES
from gallery.models import Collection
from gallery.search.rankings import Term, Wish


@dataclass(frozen=True)
class Question:
    """`left_out` are sentences about spaces that a person named and that could not be asked."""

    ask: Ask
    left_out: tuple[str, ...]
    encode_ms: float


def question(
    collection: Collection, terms: Sequence[Term], wish: Wish, limit: int = MOST_HITS
) -> Question:
    """Raises `QueryError` at a term that names nothing, `Unrankable` where no example has a vector
    in any space asked for, `BadInput`."""
    named = spaces_asked.named(wish.spaces, "spaces")
    floors = spaces_asked.named(wish.floors, "floors")
    asked = named or spaces_asked.usual(term.keyword for term in terms)
    asked = {name: weight for name, weight in asked.items() if weight}
    if not asked:
        raise BadInput("All spaces are at 0: give one of them a weight.")
    reasons = {name: reason for name in asked if (reason := _why_not(name))}
    usable = [name for name in asked if name not in reasons]
    started = time.perf_counter()
    examples = Examples(collection, terms, usable, are_named=bool(named))
    encode_ms = (time.perf_counter() - started) * 1000
    reasons |= examples.missing
    there = {name for example in examples.made for name in example.vectors}
    if not there:
        raise missing.unrankable(_most_wanted(reasons, asked))
    ask = Ask(
        examples=examples.made,
        weights={name: weight for name, weight in asked.items() if name in there},
        floors={name: floor for name, floor in floors.items() if name in there},
        fusion="rank" if wish.fusion == "rank" else "sum",
        is_grouped=wish.is_grouped,
        limit=limit,
    )
    return Question(ask, _left_out(reasons, named, there), encode_ms)


def _why_not(space: str) -> Missing | None:
    if weights.model_key(SPACES[space].network) is None:
        return missing.network(space)
    return None if stored.is_any(SPACES[space]) else missing.nothing_embedded(space)


def _most_wanted(reasons: dict[str, Missing], asked: dict[str, float]) -> dict[str, Missing]:
    return {name: reasons[name] for name in sorted(reasons, key=lambda one: -abs(asked[one]))}


def _left_out(
    reasons: dict[str, Missing], named: dict[str, float], there: set[str]
) -> tuple[str, ...]:
    return tuple(
        reason.said for name, reason in reasons.items() if named.get(name) and name not in there
    )
