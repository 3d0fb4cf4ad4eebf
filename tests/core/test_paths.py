"""File names survive the way into the database and back; nothing leads out of a root."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput, NotFound


@given(st.binary(min_size=1, max_size=60).filter(lambda b: b"\0" not in b and b"/" not in b))
def test_every_file_name_comes_back_as_it_was(raw: bytes):
    name = os.fsdecode(raw)
    text = paths.to_text(name)
    assert paths.from_text(text) == name
    text.encode("utf-8")  # PostgreSQL takes it: no lone surrogates


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_two_names_never_become_one(first: bytes, second: bytes):
    same_text = paths.to_text(os.fsdecode(first)) == paths.to_text(os.fsdecode(second))
    assert same_text == (first == second)


def test_ordinary_names_stay_themselves():
    for name in ("plain.png", "Füchsin 🦊.png", 'it\'s "quoted"\n.png', "<script>.png"):
        assert paths.to_text(name) == name


def test_display_hides_what_would_mislead_and_keeps_emoji():
    assert paths.display("a\nb\u202egnp.exe") == "a\ufffdb\ufffdgnp.exe"
    assert paths.display("👩\u200d🚀\u3000x") == "👩\u200d🚀\u3000x"
    assert paths.display(paths.to_text(os.fsdecode(b"\xff.png"))) == "\ufffd.png"


def test_inside_finds_a_file_of_the_root(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.png").write_bytes(b"x")
    assert paths.inside(tmp_path, "a/x.png") == (tmp_path / "a" / "x.png").resolve()


@pytest.mark.parametrize("relative", ["../secret", "a/../../secret", "/etc/passwd", "x\0.png"])
def test_inside_refuses_ways_out(tmp_path: Path, relative: str):
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (tmp_path / "secret").write_text("s")
    with pytest.raises(BadInput):
        paths.inside(root, relative)


def test_inside_refuses_a_symlink_that_leads_out(tmp_path: Path):
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_text("s")
    (root / "link.png").symlink_to(tmp_path / "secret")
    with pytest.raises(BadInput):
        paths.inside(root, "link.png")


def test_inside_says_that_a_file_is_gone(tmp_path: Path):
    with pytest.raises(NotFound):
        paths.inside(tmp_path, "gone.png")
