import numpy as np
import pytest

from dtoolkit.core.bench import Bench
from embeddings.bench import made_library, vectors
from embeddings.models import ClipHVector
from embeddings.search import backgrounds, planning
from embeddings.services import indexes


@pytest.fixture
def bench(tmp_path, monkeypatch):
    backgrounds.forget()
    planning.forget()
    monkeypatch.setattr(vectors, "SLOW_QUERIES", 6)
    monkeypatch.setattr(vectors, "QUERIES", 8)
    yield Bench(None, tmp_path, 1, None, rows=3000)
    backgrounds.forget()
    planning.forget()


def test_it_measures_by_the_products_own_search(db, bench, monkeypatch):
    # Indexes are built outside of transactions; this test runs in one.
    monkeypatch.setattr(indexes, "_CREATE", indexes._CREATE.replace(" CONCURRENTLY", ""))
    for module, name in ((made_library, "_CLEAN"), (vectors, "_MARK")):
        monkeypatch.setattr(module, name, made_library._ANALYZE)
    figures = vectors.run(bench)
    assert figures["rows"] == ClipHVector.objects.count() == 3000
    for key in ("recall", "recall_10pct", "recall_1pct", "index_recall_10pct"):
        assert figures[key] >= 0.9, key
    assert 0 < figures["ivfflat_recall"] <= 1
    assert 0 < figures["bytes_per_image"] < figures["bytes_per_image_unshared"]
    ratios = (
        "vs_exact",
        "vs_bare_exact",
        "bare_index_vs_bare_exact",
        "ivfflat_vs_exact",
        "filtered_vs_best",
    )
    for key in (*ratios, "fused_vs_slowest", "fused_vs_slowest_01pct"):
        assert figures[key] > 0
    assert figures["index_rows_per_s"] > 0


def test_made_up_vectors_lie_in_heaps():
    meanings = made_library.Meanings.make(200)
    of = np.repeat(np.arange(200), 4)
    rows = made_library.made_vectors.vectors(made_library.SPACES["clip_h"], meanings.images(of))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = rows @ rows.T
    is_same = of[:, None] == of[None, :]
    np.fill_diagonal(is_same, False)
    same, strange = cosines[is_same].mean(), cosines[~is_same].mean()
    assert 0.2 < strange < 0.6
    assert same > strange + 0.2
