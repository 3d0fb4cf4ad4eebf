import pytest
from django.db import IntegrityError, connection

from embeddings.models import PromptVector
from embeddings.services import indexes
from embeddings.spaces import SPACES
from tests.factories import PromptFactory

SPACE = SPACES["prompt"]


@pytest.fixture
def outside(transactional_db):
    """Indexes are built outside of transactions; the one of the schema is back afterwards."""
    yield
    indexes.ensure(SPACE)


def test_an_index_goes_and_comes_back(outside):
    PromptVector.objects.create(prompt=PromptFactory(), model_key="a", vector=[1.0] * 1024)
    assert indexes.exists(SPACE)
    migrated = definition()
    indexes.drop(SPACE)
    assert not indexes.exists(SPACE)
    assert indexes.ensure(SPACE)
    assert indexes.exists(SPACE)
    assert definition() == migrated
    assert "USING hnsw (vector halfvec_cosine_ops)" in migrated
    assert "m='16', ef_construction='256'" in migrated


def definition():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname = %s", [indexes.name(SPACE)]
        )
        return cursor.fetchone()[0]


def test_an_interrupted_index_is_built_again(outside):
    for _ in range(2):
        PromptVector.objects.create(prompt=PromptFactory(), model_key="a", vector=[1.0] * 1024)
    indexes.drop(SPACE)
    with connection.cursor() as cursor, pytest.raises(IntegrityError):
        # It ends half-way, as one whose process dies, and leaves an invalid index.
        cursor.execute(
            f"CREATE UNIQUE INDEX CONCURRENTLY {indexes.name(SPACE)} "
            "ON embeddings_promptvector (model_key)"
        )
    assert indexes._state(SPACE) is False
    assert not indexes.exists(SPACE)
    assert indexes.ensure(SPACE)
    assert indexes.exists(SPACE)


def test_two_are_not_built_at_once(outside):
    indexes.drop(SPACE)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('embeddings.indexes', 0))")
        assert not indexes.ensure(SPACE)
        assert not indexes.exists(SPACE)
        # Before it closes: a server ends a session some time after its client has gone.
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()
    assert indexes.ensure(SPACE)


def test_the_memory_for_a_graph_stays_a_quarter_of_the_machines(monkeypatch):
    monkeypatch.setattr(indexes.psutil, "virtual_memory", lambda: type("", (), {"total": 8 << 30}))
    assert indexes._memory_mb(0, 1024) == 64
    assert 600 < indexes._memory_mb(200_000, 1024) < 800
    assert indexes._memory_mb(10**8, 1024) == 2048
