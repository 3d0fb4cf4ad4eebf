"""Reads beside each other, and where that cannot be."""

import threading

import pytest

from embeddings.search import beside, planning
from embeddings.search.asking import Ask
from embeddings.search.ranking import rank
from embeddings.search.reading import reading
from gallery.models import Image


@pytest.fixture
def alone(transactional_db):
    yield
    beside.close()


def session(reader) -> bytes:
    return reader.row("SELECT pg_backend_pid()", {})[0]


def test_two_are_at_work_at_once(alone):
    reached = threading.Event()

    def wait(reader):
        return reached.wait(10), session(reader)

    with reading() as reader, beside.begun(reader, wait) as answer:
        own = session(reader)
        reached.set()
        is_reached, other = answer()
    assert is_reached
    assert other != own


def test_where_the_lane_is_taken_it_waits_its_turn(alone):
    with (
        reading() as reader,
        beside.begun(reader, session) as first,
        beside.begun(reader, session) as second,
    ):
        assert second() == session(reader) != first()
    with reading() as reader, beside.begun(reader, session) as third:
        assert third() == first()


def test_what_only_this_transaction_sees_is_read_in_it(db):
    with reading() as reader, beside.begun(reader, session) as answer:
        assert answer() == session(reader)


def test_what_goes_wrong_is_raised_where_the_answer_is_asked_for(alone):
    def wrong(reader):
        raise ValueError("wrong")

    with (
        reading() as reader,
        pytest.raises(ValueError, match="wrong"),
        beside.begun(reader, wrong) as answer,
    ):
        session(reader)
        answer()
    with reading() as reader, pytest.raises(LookupError), beside.begun(reader, wrong):
        raise LookupError
    with reading() as reader, beside.begun(reader, session) as answer:
        assert answer() != session(reader)


def test_a_search_in_several_spaces_finds_the_same(alone, library, monkeypatch):
    lanes = []
    started = beside._started
    monkeypatch.setattr(beside, "_started", lambda read: lanes.append(1) or started(read))
    monkeypatch.setattr(planning, "_FUSED_LEAST", 20)
    monkeypatch.setattr(planning, "_FUSED_LEAST_PICTURES", 20)
    example = library.example("prompt", "clip_h")
    ask = Ask((example,), {"prompt": 0.2, "clip_h": 1.0}, is_grouped=False, is_cut=False, limit=4)
    exact = rank(Image.objects.visible(), ask, "exact")
    assert lanes == []
    found = rank(Image.objects.visible(), ask, "index")
    assert lanes == [1]
    assert found.plans == {"prompt": "index", "clip_h": "index"}
    assert found.hits == exact.hits
