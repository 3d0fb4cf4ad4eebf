"""Puts results of the gallery in order by meaning: for `similar:`, `looks:` and `like:`."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.match_panel import MatchPanel
from embeddings.search import ranking
from embeddings.search.asking import Ask, Hit, Ranking
from embeddings.search.kept import Kept
from embeddings.search.questions import Question, question
from embeddings.services import weights
from embeddings.spaces import SPACES
from gallery.search.rankings import Asked, Note, Part, Ranked


@dataclass(frozen=True)
class _Answer:
    question: Question
    ranking: Ranking
    notes: dict[int, Note]


_KEPT_FOR_S = 20.0
kept: Kept[_Answer] = Kept(_KEPT_FOR_S, most=64)


class Meaning:
    door = "meaning"
    region = "region"

    def like(self, ids: Sequence[int]) -> str:
        return f"similar:{'|'.join(map(str, ids))}"

    def rank(self, asked: Asked) -> Ranked:
        keys = tuple(weights.model_key(network) for network in _NETWORKS)
        answer = kept.get((asked.key, keys))
        timings = {"encode": 0.0, "search": 0.0}
        if answer is None:
            asking = question(asked.collection, asked.terms, asked.wish)
            started = time.perf_counter()
            found = ranking.rank(asked.images(), asking.ask)
            search_ms = (time.perf_counter() - started) * 1000
            timings = {"encode": asking.encode_ms, "search": search_ms}
            answer = _Answer(asking, found, notes(found.hits, asking.ask))
            kept.put((asked.key, keys), answer)
        is_poor = answer.ranking.verdict == "none"
        hits = () if is_poor and not asked.wish.takes_any else answer.ranking.hits
        return Ranked(
            ids=tuple(hit.image_id for hit in hits),
            notes=answer.notes,
            panel=MatchPanel(asked, answer.question, answer.ranking, timings),
            timings=timings,
            is_poor=is_poor,
        )


def notes(hits: Sequence[Hit], ask: Ask) -> dict[int, Note]:
    """Why each one matched, the weightiest space first."""
    spaces = sorted(ask.weights, key=lambda name: -abs(ask.weights[name]))
    return {
        hit.image_id: Note(
            [
                Part(SPACES[name].title, hit.parts[name], is_opposed=ask.weights[name] < 0)
                for name in spaces
                if name in hit.parts
            ],
            hit.more,
        )
        for hit in hits
    }


_NETWORKS = tuple(dict.fromkeys(space.network for space in SPACES.values()))
