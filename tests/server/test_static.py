import pytest
from django.contrib.staticfiles import finders

from dtoolkit.server import static


@pytest.fixture
def sources(tmp_path, settings):
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "page.css").write_text("a { color: red }")
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "gathered"
    finders.get_finder.cache_clear()
    yield folder
    finders.get_finder.cache_clear()


def test_files_are_gathered_once_and_again_when_one_changed(sources, settings):
    said: list[str] = []
    static.gather(said.append)
    static.gather(said.append)
    assert len(said) == 1
    (sources / "page.css").write_text("a { color: blue } /* longer */")
    static.gather(said.append)
    assert len(said) == 2
    assert "blue" in (settings.STATIC_ROOT / "page.css").read_text()


def test_a_gathering_that_was_killed_is_done_again(sources, settings):
    said: list[str] = []
    static.gather(said.append)
    (settings.STATIC_ROOT / ".gathered").unlink()
    static.gather(said.append)
    assert len(said) == 2
