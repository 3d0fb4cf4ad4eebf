import pytest

from dtoolkit.core.bench import Bench
from embeddings import ranker
from embeddings.bench import made_library, meaning
from embeddings.search import backgrounds, planning
from embeddings.services import indexes


@pytest.fixture
def bench(tmp_path, monkeypatch):
    backgrounds.forget()
    planning.forget()
    monkeypatch.setattr(meaning, "LAYERS", 1)
    monkeypatch.setattr(meaning, "QUERIES", 3)
    yield Bench(None, tmp_path, 1, None, rows=1000)
    backgrounds.forget()
    planning.forget()
    ranker.kept.clear()


def test_a_page_is_asked_by_texts_and_tells_what_its_parts_took(db, bench, monkeypatch):
    # Indexes are built outside of transactions; this test runs in one.
    monkeypatch.setattr(indexes, "_CREATE", indexes._CREATE.replace(" CONCURRENTLY", ""))
    monkeypatch.setattr(made_library, "_CLEAN", made_library._ANALYZE)
    figures = meaning.run(bench)
    for before in ("", "like_"):
        parts = [figures[f"{before}{part}_ms"] for part in ("encode", "search", "render")]
        assert min(parts) > 0
        assert sum(parts) <= figures[f"{before}page_ms"] * 1.1
        assert figures["repeated_encode_ms"] < figures[f"{before}encode_ms"]
