"""What a person chooses for a root, and what that does to the library."""

import pytest

from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.models import Job
from gallery.models import Image
from gallery.services import root_options, roots
from tests import pictures
from tests.gallery.scanning.conftest import look, names, root

pytestmark = pytest.mark.django_db
__all__ = ["root"]


@pytest.fixture
def mixed(root, library_folder):
    for name in ("a.png", "b.jpg", "cache/c.png", "cache/keep/d.png", ".hidden/e.png"):
        pictures.png(library_folder / name)
    look(root)
    Image.objects.update(rating=5)
    return root


def test_extensions_are_kept_in_one_form():
    typed = ["PNG", ".webp", "*.jpg", " png ", ""]
    assert root_options.extensions(typed) == ["jpg", "png", "webp"]
    assert root_options.extensions([]) == []


@pytest.mark.parametrize("typed", ["psd", "../png", "p ng", "png\0", "x" * 500])
def test_extensions_that_nobody_reads_are_refused(typed):
    with pytest.raises(BadInput, match="cannot be read"):
        root_options.extensions(["png", typed])


def test_patterns_are_kept_as_typed_but_for_empty_lines():
    typed = ["# mine", "", "*.tmp\n", "  ", "/cache/", "!keep.png", "a\\ "]
    assert root_options.patterns(typed) == ["# mine", "*.tmp", "/cache/", "!keep.png", "a\\ "]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("\\", "cannot be understood"),
        ("!", "cannot be understood"),
        ("[z-a]", "cannot be understood"),
        ("[", "matches nothing"),
        ("x" * 301, "at most 300"),
        ("a\0b", "at most 300"),
        ("a\nb", "at most 300"),
        ("*a" * 9, "asterisks"),
    ],
)
def test_patterns_that_mean_nothing_are_refused_in_words(typed, said):
    with pytest.raises(BadInput, match=said):
        root_options.patterns([typed])


def test_there_may_be_no_end_of_patterns():
    with pytest.raises(BadInput, match="At most 200"):
        root_options.patterns(["*.tmp"] * 201)


def test_what_is_no_part_any_more_becomes_unavailable_and_comes_back(mixed):
    roots.set_options(mixed, extensions=["png"])
    look(mixed)
    assert names(mixed, is_available=True) == {"a.png", "cache/c.png", "cache/keep/d.png"}
    roots.set_options(mixed, extensions=[])
    look(mixed)
    assert names(mixed, is_available=True, rating=5) == names(mixed)


def test_patterns_take_out_what_they_match_and_give_it_back(mixed):
    roots.set_options(mixed, ignored=["cache/*", "!cache/keep/", "*.jpg"])
    look(mixed)
    assert names(mixed, is_available=True) == {"a.png", "cache/keep/d.png"}
    roots.set_options(mixed, ignored=["/cache/"])
    look(mixed)
    assert names(mixed, is_available=True) == {"a.png", "b.jpg"}
    roots.set_options(mixed, ignored=[])
    look(mixed)
    assert names(mixed, is_available=True, rating=5) == names(mixed)


def test_hidden_files_and_folders_are_taken_where_a_person_wants_them(mixed, library_folder):
    pictures.png(library_folder / ".f.png")
    roots.set_options(mixed, takes_hidden=True)
    look(mixed)
    assert names(mixed) >= {".hidden/e.png", ".f.png"}
    roots.set_options(mixed, takes_hidden=False)
    look(mixed)
    assert names(mixed, is_available=False) == {".hidden/e.png", ".f.png"}


def test_only_what_changes_the_library_starts_a_scan(mixed):
    assert roots.set_options(mixed, is_watched=False) is None
    assert roots.set_options(mixed, takes_hidden=False, extensions=[]) is None
    assert not Job.objects.exists()
    assert roots.set_options(mixed, ignored=["*.jpg"]).kind == "quick_scan"
    mixed.refresh_from_db()
    assert (mixed.is_watched, mixed.ignored) == (False, ["*.jpg"])


def test_a_refused_choice_changes_nothing(mixed):
    with pytest.raises(BadInput):
        roots.set_options(mixed, takes_hidden=True, ignored=["["])
    mixed.refresh_from_db()
    assert (mixed.takes_hidden, mixed.ignored) == (False, [])
