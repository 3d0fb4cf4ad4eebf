import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from gallery.demo import library

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(library, "_SIZES", ((96, 128),))
    library.pieces.cache_clear()
    yield
    library.pieces.cache_clear()


def test_a_library_shows_every_painter_writer_and_shape():
    pieces = library.pieces(60)
    assert {piece.painter for piece in pieces} == set(library._PAINTERS)
    assert {piece.writer for piece in pieces} == {writer for writer, _, _ in library._WRITERS}
    assert {piece.size for piece in pieces} == set(library._SIZES)
    assert len({piece.path for piece in pieces}) == 60
    for one, following in itertools.pairwise(pieces):
        assert one.painter != following.painter


def test_ages_are_spread_over_months():
    ages = [piece.age for piece in library.pieces(60)]
    assert max(ages) > timedelta(days=90)
    assert min(ages) < timedelta(days=7)
    assert min(ages) >= timedelta(0)
    assert len({age.days // 30 for age in ages}) >= 4


def test_a_file_is_as_old_as_its_piece(tmp_path, small):
    piece = library.pieces(5)[2]
    assert library.make(tmp_path, piece, NOW)
    assert (tmp_path / piece.path).stat().st_mtime == pytest.approx(
        (NOW - piece.age).timestamp(), abs=1
    )
    with Image.open(tmp_path / piece.path) as image:
        assert image.size == (96, 128)


def test_what_is_there_is_never_written_over(tmp_path, small):
    piece = library.pieces(5)[0]
    mine = tmp_path / piece.path
    mine.parent.mkdir(parents=True)
    mine.write_text("my own picture")
    assert not library.make(tmp_path, piece, NOW)
    assert mine.read_text() == "my own picture"


def test_a_piece_is_made_whole_or_not_at_all(tmp_path, small, monkeypatch):
    piece = library.pieces(5)[0]

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space"):
            library.make(tmp_path, piece, NOW)
    assert not (tmp_path / piece.path).exists()
    assert library.make(tmp_path, piece, NOW)
    assert [entry.name for entry in (tmp_path / piece.path).parent.iterdir()] == [
        Path(piece.path).name
    ]
