"""A text that is searched with, from the address to the page: encoding, search and rendering.

Asked by the product's own view in a made-up library, one new text after the other, with networks in
memory: the half of CLIP-H that reads and all of BGE large, random weights of real size. What each
part took is what the page itself tells in `Server-Timing`.
"""

import random
import statistics
import time
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.test import Client
from django.urls import reverse

from dtoolkit.core.bench import Bench, Figures
from dtoolkit.inference import pool
from embeddings import ranker
from embeddings.bench import made_library, made_weights
from embeddings.models import Weights
from embeddings.services import encoding, indexes, networks
from embeddings.spaces import SPACES

ROWS = 20_000
QUERIES = 20
LAYERS = 24  # of CLIP-H's reading half, and of BGE large
_WARM_UP = 3
_KEYWORDS = {"looks": "clip_h", "like": "prompt"}
_WORDS = (
    "a red fox runs through deep snow at night under the northern lights of an old quiet harbour "
    "with wooden boats painted blue and yellow portrait girl castle forest rain neon city street"
)

Timings = Mapping[str, float]


def run(bench: Bench) -> Figures:
    rows = bench.rows or bench.scaled(ROWS)
    bench.say(f"Writing {rows:,} images with vectors")
    library = made_library.fill(rows)
    for space in _KEYWORDS.values():
        indexes.ensure(SPACES[space])
    bench.say("Writing weights")
    made_weights.clip_h(path := bench.folder / "clip_h.safetensors", LAYERS)
    made_weights.bge(folder := bench.folder / "bge", LAYERS)
    for network, where in (("clip-h", path), ("bge-large", folder)):
        Weights.objects.filter(network=network).update(path=str(where))
    pool.configure(networks.make_pool)
    encoding.forget_queries()
    url = reverse("library", args=[library.collection.slug])
    figures: Figures = {"rows": rows, "device": settings.QUERY_DEVICE}
    repeated = list[float]()
    try:
        for keyword in _KEYWORDS:
            bench.say(f"Asking {QUERIES} times by {keyword}:, then the same again")
            texts = _texts(_WARM_UP + QUERIES, keyword)
            fresh = _asked(url, keyword, texts)[_WARM_UP:]
            again = _asked(url, keyword, texts)[_WARM_UP:]
            before = "" if keyword == "looks" else f"{keyword}_"
            for part in ("encode", "search", "render", "page"):
                figures[f"{before}{part}_ms"] = _middle(fresh, part)
            repeated.append(_middle(again, "encode"))
    finally:
        pool.configure(networks.make_pool)
    return {**figures, "repeated_encode_ms": max(repeated)}


def _texts(count: int, keyword: str) -> list[str]:
    rng = random.Random(keyword)
    words = _WORDS.split()
    return [" ".join(rng.sample(words, rng.randint(3, 12))) for _ in range(count)]


def _asked(url: str, keyword: str, texts: Sequence[str]) -> list[Timings]:
    """Milliseconds by part, of each; no ranking is kept from one to the next."""
    client, taken = Client(SERVER_NAME="localhost"), list[Timings]()
    for text in texts:
        ranker.kept.clear()
        start = time.perf_counter()
        response = client.get(url, {"q": f'{keyword}:"{text}"', "nearest": "1"})
        page_ms = (time.perf_counter() - start) * 1000
        if response.status_code != 200 or b"data-id=" not in response.content:
            raise RuntimeError(f"{keyword}: found nothing.")
        parts = (part.split(";dur=") for part in response["Server-Timing"].split(", "))
        taken.append({**{name: float(ms) for name, ms in parts}, "page": page_ms})
    return taken


def _middle(taken: Sequence[Timings], part: str) -> float:
    return round(statistics.median(each[part] for each in taken), 1)
