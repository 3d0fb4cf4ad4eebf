import pytest

from gallery import metadata
from tests import pictures


def test_a_missing_file_raises_its_own_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        metadata.read(tmp_path / "none.png")


def test_a_file_is_read_from_its_path(tmp_path):
    found = metadata.read(pictures.a1111_png(tmp_path / "a.png"))
    assert found.parameters.generator == "automatic1111"
    assert found.parameters.prompt.startswith("masterpiece, fennec girl")


def test_names_that_are_no_text_are_no_trouble(tmp_path):
    path = tmp_path / "a\udcff\n.png"
    try:
        path.write_bytes(b"nothing")
    except (OSError, UnicodeEncodeError):
        pytest.skip("this file system takes no such name")
    assert "not a picture" in metadata.read(path).problems[0]


def test_a_stream_read_halfway_starts_over(tmp_path):
    with pictures.a1111_png(tmp_path / "a.png").open("rb") as file:
        file.read(100)
        found = metadata.read_stream(file, (tmp_path / "a.png").stat().st_size)
    assert found.parameters is not None


def test_a_file_that_shrank_since_its_size_was_taken_is_only_cut(tmp_path):
    path = pictures.a1111_png(tmp_path / "a.png")
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[: size // 2])
    with path.open("rb") as file:
        found = metadata.read_stream(file, size)
    assert found.format == "png"
    assert "The file ends" in found.problems[0]
